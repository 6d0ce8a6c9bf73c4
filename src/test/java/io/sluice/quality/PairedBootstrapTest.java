package io.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sluice.quality.PairedBootstrap.Difference;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {

  @Test
  void shouldGiveZeroWhenSystemsAreIdentical() {
    long[][] counts = random(50, 3);

    assertThat(PairedBootstrap.compare(counts, counts, PairedBootstrapTest::share, 1000, 1))
        .isEqualTo(new Difference(0, 0, 0));
  }

  @Test
  void shouldGiveThatIntervalWhenEverySentenceDiffersByTheSame() {
    long[][] system = {{3, 4}, {3, 4}, {3, 4}};
    long[][] baseline = {{1, 4}, {1, 4}, {1, 4}};

    assertThat(PairedBootstrap.compare(system, baseline, PairedBootstrapTest::share, 100, 1))
        .isEqualTo(new Difference(50, 50, 50));
  }

  @Test
  void shouldComeNearTheNormalIntervalWhenSentencesAreMany() {
    // 400 sentences of one word, a quarter won: the deviation of the mean is √(¼·¾/400) = 2.165 %
    long[][] system = new long[400][];
    long[][] baseline = new long[400][];
    for (int i = 0; i < 400; i++) {
      system[i] = new long[] {i % 4 == 0 ? 1 : 0, 1};
      baseline[i] = new long[] {0, 1};
    }

    Difference found =
        PairedBootstrap.compare(system, baseline, PairedBootstrapTest::share, 20_000, 3);

    assertThat(found.value()).isCloseTo(25, within(1e-9));
    assertThat(found.low()).isCloseTo(25 - 1.96 * 2.165, within(0.3));
    assertThat(found.high()).isCloseTo(25 + 1.96 * 2.165, within(0.3));
  }

  @Test
  void shouldPairTheSentencesWhenTheyDifferInDifficulty() {
    long[][] system = new long[100][];
    long[][] baseline = new long[100][];
    for (int i = 0; i < 100; i++) {
      system[i] = new long[] {i + 1, 200};
      baseline[i] = new long[] {i, 200};
    }

    Difference found =
        PairedBootstrap.compare(system, baseline, PairedBootstrapTest::share, 1000, 3);

    assertThat(found.low()).isCloseTo(0.5, within(1e-9));
    assertThat(found.high()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void shouldBeTheSameWhenTheSeedIsTheSame() {
    long[][] system = random(80, 4);
    long[][] baseline = random(80, 5);

    Difference first =
        PairedBootstrap.compare(system, baseline, PairedBootstrapTest::share, 500, 9);

    assertThat(PairedBootstrap.compare(system, baseline, PairedBootstrapTest::share, 500, 9))
        .isEqualTo(first);
    assertThat(PairedBootstrap.compare(system, baseline, PairedBootstrapTest::share, 500, 10))
        .isNotEqualTo(first);
    assertThat(first.low()).isLessThan(first.value());
    assertThat(first.high()).isGreaterThan(first.value());
  }

  @Test
  void shouldTakeTheCountsOfBleuAndChrf() {
    List<String> reference = List.of("a man rides a bicycle down the street");
    long[][] good = {Bleu.counts(reference.get(0), reference)};
    long[][] bad = {Bleu.counts("a man rides a horse down the street", reference)};

    assertThat(PairedBootstrap.compare(good, bad, Bleu::score, 10, 1).value())
        .isCloseTo(
            100 - Bleu.corpus(List.of("a man rides a horse down the street"), List.of(reference)),
            within(1e-9));
    assertThat(
            PairedBootstrap.compare(
                    new long[][] {Chrf.counts(reference.get(0), reference)},
                    new long[][] {Chrf.counts("a horse", reference)},
                    Chrf::score,
                    10,
                    1)
                .value())
        .isCloseTo(100 - Chrf.sentence("a horse", reference), within(1e-9));
  }

  @Test
  void shouldRefuseSystemsOfDifferentLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PairedBootstrap.compare(
                    random(3, 1), random(4, 1), PairedBootstrapTest::share, 10, 1))
        .withMessageContaining("3 and 4 sentences");
  }

  private static double share(long[] counts) {
    return 100.0 * counts[0] / counts[1];
  }

  private static long[][] random(int sentences, long seed) {
    Random random = new Random(seed);
    long[][] counts = new long[sentences][];
    for (int i = 0; i < sentences; i++) {
      int words = 1 + random.nextInt(20);
      counts[i] = new long[] {random.nextInt(words + 1), words};
    }
    return counts;
  }
}
