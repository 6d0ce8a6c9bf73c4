package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {
  @Test
  void shouldReadSamplesOfEveryForm() {
    String text =
        """
        # HELP a_total Things, with "quotes"
        # TYPE a_total counter
        a_total 1.5
        b{x="1",y="a \\"b\\", c\\\\n\\n"} -2e3 1395066363000

        c{} +Inf
        d NaN
        """;

    Exposition read = Exposition.parse(text);

    assertThat(read.samples())
        .containsExactly(
            new Sample("a_total", Map.of(), 1.5),
            new Sample("b", Map.of("x", "1", "y", "a \"b\", c\\n\n"), -2000),
            new Sample("c", Map.of(), Double.POSITIVE_INFINITY),
            new Sample("d", Map.of(), Double.NaN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<html>", "a", "a one", "a{x=1} 1", "a{x=\"1\" 1", "a{x=\"1\"y} 1", "1a 1"})
  void shouldRefuseWhatIsNoSample(String line) {
    assertThatThrownBy(() -> Exposition.parse(line)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldAddUpWhatInstancesShow() {
    Exposition one =
        Exposition.parse("sluice_lag_records{partition=\"0\"} 3\nsluice_level 1\nsluice_ready 1\n");
    Exposition two =
        Exposition.parse("sluice_lag_records{partition=\"1\"} 4\nsluice_level 2\nsluice_ready 0\n");

    Exposition both = Exposition.joined(List.of(one, two));

    assertThat(both.sum(SluiceMeter.LAG)).hasValue(7);
    assertThat(both.sum(SluiceMeter.LAG, "partition", "1")).hasValue(4);
    assertThat(both.max(SluiceMeter.LEVEL)).hasValue(2);
    assertThat(both.sum(SluiceMeter.PENDING)).isEmpty();
  }
}
