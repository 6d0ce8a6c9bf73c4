package io.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.Urgency.Waiting;
import io.sluice.domain.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrgencyTest {
  private static final long SECOND = 1_000_000_000;
  private final Urgency urgency = new Urgency(Duration.ofSeconds(5));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // key, class and seconds waited of each in order of arrival; expected order
        "- BULK 0, - STANDARD 0, - INTERACTIVE 0; 2 1 0",
        "- STANDARD 0, - STANDARD 0; 0 1",
        "a BULK 0, - STANDARD 0, a INTERACTIVE 0; 0 2 1", // lent within a key
        "a BULK 0, b BULK 0, a INTERACTIVE 0, b BULK 0; 0 2 1 3",
        "a INTERACTIVE 0, a BULK 0, - STANDARD 0; 0 2 1", // nothing is lent to later ones
        "- BULK 11, - INTERACTIVE 0; 0 1", // old enough
        "- BULK 9, - INTERACTIVE 0; 1 0"
      })
  void shouldOrderByUrgencyAndNeverTurnAKeyAround(String waiting, String expected) {
    List<Waiting> line = new ArrayList<>();
    for (String each : waiting.split(",")) {
      String[] fields = each.strip().split(" ");
      line.add(
          new Waiting(
              fields[0].equals("-") ? null : fields[0],
              Priority.valueOf(fields[1]),
              Long.parseLong(fields[2]) * SECOND,
              OptionalLong.empty()));
    }

    assertThat(urgency.order(line).stream().map(String::valueOf))
        .containsExactly(expected.strip().split(" "));
  }

  @Test
  void shouldServeBulkUnderAnEndlessFlowOfInteractiveTexts() {
    Waiting bulk = new Waiting(null, Priority.BULK, 12 * SECOND, OptionalLong.empty());
    List<Waiting> line = new ArrayList<>(List.of(bulk));
    for (int i = 0; i < 100; i++) {
      line.add(new Waiting(null, Priority.INTERACTIVE, SECOND, OptionalLong.empty()));
    }

    assertThat(urgency.order(line).get(0)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"-1, true", "0, false", "5, false"})
  void shouldExpireWhenTheDeadlineHasPassed(long left, boolean expected) {
    assertThat(new Waiting(null, Priority.BULK, 0, OptionalLong.of(left)).expired())
        .isEqualTo(expected);
  }
}
