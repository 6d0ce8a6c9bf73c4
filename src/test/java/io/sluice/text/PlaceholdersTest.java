package io.sluice.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholdersTest {

  @Test
  void shouldFindWhatMustBeCarriedOver() {
    assertThat(
            Placeholders.find(
                "See https://a.org/x?y=1, mail me@b.co.uk: %s of %1$d, {name} {{x}} <b>3</b> 4.5"))
        .containsExactly(
            "https://a.org/x?y=1",
            "me@b.co.uk",
            "%s",
            "%1$d",
            "{name}",
            "{{x}}",
            "<b>",
            "</b>",
            "3",
            "4.5");
    assertThat(Placeholders.find("100% sure, 50 % off")).containsExactly("100", "50");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "It costs 1,000.5 euros | Es kostet 1.000,5 Euro",
        "It costs 1,000 euros | Es kostet 1000 Euro",
        "3.5 km | 3,5 km",
        "2 cats | zwei Katzen",
        "Delete %s? | %s löschen?",
        "<b>New</b> {name} | <b>Neu</b> {name}",
        "no numbers | keine"
      })
  void shouldAcceptWhatIsCarriedOver(String source, String output) {
    assertThat(Placeholders.missingIn(source, output)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Delete %s? | Löschen? | %s",
        "{name} is here | {Name} ist hier | {name}",
        "It costs 15 euros | Es kostet 1,5 Euro | 15",
        "1.5 kg | 15 kg | 1.5",
        "5 and 5 more apples, 77 | 55 Äpfel, 77 | 5",
        "See https://a.org/x | Siehe https://a.org/y | https://a.org/x"
      })
  void shouldTellWhatIsMissing(String source, String output, String missing) {
    assertThat(Placeholders.missingIn(source, output)).contains(missing);
  }
}
