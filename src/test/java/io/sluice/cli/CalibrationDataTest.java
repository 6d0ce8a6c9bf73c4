package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CalibrationData.Entry;
import io.sluice.cli.CalibrationData.Half;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationDataTest {
  @TempDir private Path folder;

  @BeforeEach
  void corpora() throws IOException {
    pair("multi30k", "val", "A dog.\nTwo cats.\n", "Ein Hund.\nZwei Katzen.\n");
    pair("multi30k", "test_2016_flickr", "A horse.\n", "Ein Pferd.\n");
    pair("software", "val", "Open\nSave\nclose file\n", "Öffnen\nSichern\nDatei schließen\n");
    pair("software", "test", "Close File\n", "Datei zu\n");
    write("tatoeba/val.refs.tsv.gz", "Hello!\tHallo!\tServus!\nHi!\tHallo!\nBye.\tTschüss.\n");
    write("tatoeba/test.refs.tsv.gz", "Good night.\tGute Nacht.\nBye-bye.\tTschüss.\n");
  }

  @Test
  void shouldReadEveryReferenceWhenTheSourceIsEnglish() {
    var halves = new CalibrationData(folder, 100).half(Half.VALIDATION, CalibrationData.EN_DE);
    assertThat(halves.get("tatoeba"))
        .contains(
            new Entry("Hello!", List.of("Hallo!", "Servus!")), new Entry("Hi!", of("Hallo!")));
    assertThat(halves.get("multi30k"))
        .containsExactly(
            new Entry("A dog.", of("Ein Hund.")), new Entry("Two cats.", of("Zwei Katzen.")));
  }

  @Test
  void shouldGatherTheEnglishOfAGermanSentenceWhenTheSourceIsGerman() {
    var halves = new CalibrationData(folder, 100).half(Half.VALIDATION, CalibrationData.DE_EN);
    assertThat(halves.get("tatoeba")).containsExactly(new Entry("Hallo!", of("Hello!", "Hi!")));
  }

  @Test
  void shouldLeaveOutValidationSentencesThatStandInATestHalf() {
    CalibrationData data = new CalibrationData(folder, 100);
    assertThat(data.half(Half.VALIDATION, CalibrationData.EN_DE).get("software"))
        .extracting(Entry::source)
        .containsExactly("Open", "Save");
    assertThat(data.half(Half.VALIDATION, CalibrationData.DE_EN).get("tatoeba"))
        .extracting(Entry::source)
        .doesNotContain("Tschüss.");
    assertThat(data.half(Half.TEST, CalibrationData.EN_DE).get("software"))
        .extracting(Entry::source)
        .containsExactly("Close File");
  }

  @Test
  void shouldTakeNoMoreThanTheLimit() {
    assertThat(new CalibrationData(folder, 1).half(Half.VALIDATION, CalibrationData.EN_DE).values())
        .allSatisfy(entries -> assertThat(entries).hasSize(1));
  }

  @Test
  void shouldNameTheFileWhenItCannotBeRead() throws IOException {
    Files.delete(folder.resolve("software/val.de.gz"));
    CalibrationData data = new CalibrationData(folder, 100);
    assertThatThrownBy(() -> data.half(Half.VALIDATION, CalibrationData.EN_DE))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("val.de.gz");
  }

  private static List<String> of(String... references) {
    return List.of(references);
  }

  private void pair(String corpus, String stem, String english, String german) throws IOException {
    write(corpus + "/" + stem + ".en.gz", english);
    write(corpus + "/" + stem + ".de.gz", german);
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
