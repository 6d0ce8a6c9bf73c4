package io.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPolicyTest {
  private static final long MILLI = 1_000_000;
  private final BatchPolicy policy = new BatchPolicy(new BatchLimits(4, 40, Duration.ofMillis(20)));

  @ParameterizedTest
  @CsvSource({
    // waiting, oldest waited ms, busy workers, expected wait ms
    "1, 0, 0, 0",
    "1, 0, 1, 20",
    "1, 5, 1, 15",
    "1, 20, 1, 0",
    "1, 99, 1, 0",
    "3, 0, 1, 20",
    "4, 0, 1, 0"
  })
  void shouldReleaseBySizeAgeOrIdleness(int waiting, long waited, int busy, long expected) {
    List<Candidate> line =
        Collections.nCopies(waiting, new Candidate(2, 0, 0, waited * MILLI, false));

    assertThat(policy.nanosUntilRelease(line, busy)).isEqualTo(expected * MILLI);
  }

  @Test
  void shouldReleaseByTokensWhenWorkersAreBusy() {
    List<Candidate> line = lengths(20, 20);

    assertThat(policy.nanosUntilRelease(line, 1)).isZero();
  }

  @Test
  void shouldWaitForeverWhenNothingWaits() {
    assertThat(policy.nanosUntilRelease(List.of(), 0)).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // lengths of those waiting; indices of those that go
        "5; 0",
        "5 5 5 5 5; 0 1 2 3",
        "5 9 4 6 5 5; 2 0 4 5",
        "10 10 10 10; 0 1 2 3",
        "11 10 10 10; 1 2 0",
        "50 1 1; 0",
        "20 20 20; 0 1",
        "2 30 3; 0 2"
      })
  void shouldGroupNearestLengthsWithinTokensWhenChoosing(String waiting, String expected) {
    List<Candidate> line = lengths(numbers(waiting));
    List<Integer> chosen = policy.choose(line, 40);

    assertThat(chosen).containsExactlyInAnyOrder(boxed(expected));
    assertThat(chosen).isSortedAccordingTo((a, b) -> line.get(a).length() - line.get(b).length());
  }

  @Test
  void shouldKeepFloorsApart() {
    List<Candidate> line =
        List.of(
            new Candidate(5, 0.5, 0, 0, false),
            new Candidate(5, 0, 0, 0, false),
            new Candidate(5, 0.5, 0, 0, false));

    assertThat(policy.choose(line, 40)).containsExactly(0, 2);
  }

  @Test
  void shouldFillABatchWithTheMoreUrgentClassFirst() {
    List<Candidate> line =
        List.of(
            new Candidate(5, 0, 0, 0, false),
            new Candidate(9, 0, 0, 0, false),
            new Candidate(5, 0, 2, 0, false),
            new Candidate(5, 0, 1, 0, false),
            new Candidate(7, 0, 1, 0, false));

    assertThat(policy.choose(line, 40)).containsExactly(0, 3, 4, 1);
  }

  @Test
  void shouldLeaveBulkyTextsAQuarterWhenOthersWait() {
    List<Candidate> line = new ArrayList<>();
    line.addAll(Collections.nCopies(4, new Candidate(5, 0, 0, 0, true)));
    line.addAll(Collections.nCopies(4, new Candidate(5, 0, 0, 0, false)));

    assertThat(policy.choose(line, 40)).containsExactly(0, 4, 5, 6);
  }

  @Test
  void shouldFillBatchWithBulkyTextWhenAlone() {
    List<Candidate> line = Collections.nCopies(9, new Candidate(5, 0, 0, 0, true));

    assertThat(policy.choose(line, 40)).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"2000, 20", "1200, 12", "1024, 10", "600, 10", "100, 4", "10, 1"})
  void shouldKeepBatchShortWhenBulkyTextIsAlone(int maxPaddedTokens, int expected) {
    BatchPolicy roomy = new BatchPolicy(new BatchLimits(32, 2048, Duration.ofMillis(20)));
    List<Candidate> line = Collections.nCopies(40, new Candidate(25, 0, 0, 0, true));

    assertThat(roomy.choose(line, maxPaddedTokens)).hasSize(expected);
  }

  @Test
  void shouldShrinkTokensWhenWorkersAreSlow() {
    assertThat(policy.paddedTokens(0)).isEqualTo(40);
    assertThat(policy.paddedTokens(25)).isEqualTo(25);
    assertThat(policy.paddedTokens(1e6)).isEqualTo(40);
    assertThat(policy.paddedTokens(0.1)).isEqualTo(1);
  }

  private static List<Candidate> lengths(int... lengths) {
    return Arrays.stream(lengths).mapToObj(n -> new Candidate(n, 0, 0, 0, false)).toList();
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static Integer[] boxed(String text) {
    return Arrays.stream(text.split(" ")).map(Integer::valueOf).toArray(Integer[]::new);
  }

  @Test
  void shouldHandOverMoreThanABatchWhenMoreWaitsForEachWorker() {
    BatchPolicy windows = new BatchPolicy(new BatchLimits(4, 40, Duration.ofMillis(20), 4));
    List<Candidate> line = Collections.nCopies(40, new Candidate(2, 0, 0, 0, false));
    assertThat(windows.choose(line, windows.room(40, 1, 0))).hasSize(4); // speed is not known
    assertThat(windows.choose(line, windows.room(40, 1, 1000))).hasSize(16); // four batches
    assertThat(windows.choose(line, windows.room(40, 4, 1000))).hasSize(10); // its share
    assertThat(windows.choose(line, windows.room(40, 20, 1000))).hasSize(4); // a batch at least
    assertThat(windows.choose(line, windows.room(40, 1, 100))).hasSize(10); // a fifth of a second
    BatchPolicy single = new BatchPolicy(new BatchLimits(4, 40, Duration.ZERO, 1));
    assertThat(single.choose(line, single.room(40, 1, 1000))).hasSize(4);
  }
}
