package io.sluice.moe.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.moe.statistics.LayerSummary.BelowThreshold;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LayerStatisticsTest {
  private static final Offset<Double> EXACT = within(1e-9);

  @Property(tries = 60)
  void shouldEqualTheDefinitionsOnRandomActivations(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int tokens) {
    Random random = new Random(seed);
    int neurons = 1 + random.nextInt(150);
    float[] lengths = lengths(random, neurons);
    float[][] activations = activations(random, tokens, neurons);
    NaiveStatistics naive = new NaiveStatistics(activations);

    LayerSummary summary = summary(activations, lengths, 1 + random.nextInt(tokens));

    List<Double> shares = naive.inactiveShares();
    assertThat(summary.tokens()).isEqualTo(tokens);
    assertThat(summary.inactive().mean())
        .isCloseTo(shares.stream().mapToDouble(s -> s).average().orElseThrow(), EXACT);
    assertThat(summary.inactive().p10()).isCloseTo(NaiveStatistics.percentile(shares, 10), EXACT);
    assertThat(summary.inactive().p50()).isCloseTo(NaiveStatistics.percentile(shares, 50), EXACT);
    assertThat(summary.inactive().p90()).isCloseTo(NaiveStatistics.percentile(shares, 90), EXACT);
    int[] counts = IntStream.range(0, neurons).map(naive::activeTokens).toArray();
    assertThat(summary.dead()).isEqualTo((int) Arrays.stream(counts).filter(c -> c == 0).count());
    assertThat(summary.alwaysOn())
        .isEqualTo((int) Arrays.stream(counts).filter(c -> c > 0.95 * tokens).count());
    for (BelowThreshold below : summary.nearlyInactive()) {
      assertThat(below.share()).isCloseTo(naive.belowShare(below.threshold()), EXACT);
    }
  }

  @Property(tries = 60)
  void shouldNeedAsFewNeuronsAsTheDefinitionsSay(@ForAll long seed) {
    Random random = new Random(seed);
    int neurons = 5 + random.nextInt(60);
    float[] ones = new float[neurons];
    Arrays.fill(ones, 1f);
    float[] lengths = lengths(random, neurons);
    float[][] activations = activations(random, 6, neurons);
    NaiveStatistics naive = new NaiveStatistics(activations);

    LayerSummary summary = summary(activations, lengths, 3);

    assertSame(summary.mass(), share -> needed(naive, -1, ones, share));
    assertSame(summary.contribution(), share -> needed(naive, -1, lengths, share));
    assertSame(summary.massOfToken(), share -> meanNeeded(naive, ones, share));
    assertSame(summary.contributionOfToken(), share -> meanNeeded(naive, lengths, share));
  }

  @Property(tries = 40)
  void shouldAverageOverEverySetOfTokensWhenBatchesAreRandom(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 10) int tokens) {
    Random random = new Random(seed);
    float[][] activations = activations(random, tokens, 1 + random.nextInt(100));
    NaiveStatistics naive = new NaiveStatistics(activations);

    LayerSummary summary = summary(activations, lengths(random, activations[0].length), 2);

    for (UnionPoint point : summary.union()) {
      if (point.batch() <= tokens) {
        assertThat(point.random()).isCloseTo(naive.meanUnionOfAllSets(point.batch()), EXACT);
      } else {
        assertThat(point.random()).isNaN();
      }
    }
  }

  @Property(tries = 40)
  void shouldJoinNeighboursOfOneCallOnlyWhenBatchesAreReal(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int rows) {
    Random random = new Random(seed);
    int tokens = 17;
    float[][] activations = activations(random, tokens, 70);
    NaiveStatistics naive = new NaiveStatistics(activations);

    LayerSummary summary = summary(activations, lengths(random, 70), rows);

    for (UnionPoint point : summary.union()) {
      double sum = 0;
      int batches = 0;
      for (int call = 0; call < tokens; call += rows) {
        int end = Math.min(tokens, call + rows);
        for (int from = call; from + point.batch() <= end; from += point.batch()) {
          sum += naive.union((1 << point.batch()) - 1 << from);
          batches++;
        }
      }
      assertThat(point.realBatches()).isEqualTo(batches);
      if (batches > 0) {
        assertThat(point.real()).isCloseTo(sum / batches, EXACT);
      } else {
        assertThat(point.real()).isNaN();
      }
    }
  }

  @Test
  void shouldStartNewBatchesWhenACallHasMoreTokensThanTheLargest() {
    float[] identity = new float[600 * 600];
    for (int token = 0; token < 600; token++) {
      identity[token * 600 + token] = 1f;
    }
    LayerStatistics statistics = new LayerStatistics(lengths(new Random(1), 600));
    statistics.add(identity, 600);

    UnionPoint largest = statistics.summary().union().get(8);

    assertThat(largest.batch()).isEqualTo(256);
    assertThat(largest.realBatches()).isEqualTo(2);
    assertThat(largest.real()).isCloseTo(256 / 600.0, EXACT);
    assertThat(largest.random()).isCloseTo(256 / 600.0, EXACT);
  }

  @Test
  void shouldNeedNoNeuronsWhenAllAreSilent() {
    LayerSummary summary = summary(new float[4][8], lengths(new Random(1), 8), 4);

    assertThat(summary.inactive()).isEqualTo(new ShareDistribution(1, 1, 1, 1));
    assertThat(summary.dead()).isEqualTo(8);
    assertThat(summary.mass()).isEqualTo(new Concentration(0, 0));
    assertThat(summary.contributionOfToken()).isEqualTo(new Concentration(0, 0));
    assertThat(summary.union().get(2).real()).isZero();
  }

  @Test
  void shouldRefuseToSumUpWhenThereWereNoTokens() {
    LayerStatistics statistics = new LayerStatistics(new float[] {1f, 1f});

    assertThatThrownBy(statistics::summary).isInstanceOf(IllegalStateException.class);
  }

  private static void assertSame(Concentration actual, ToDoubleFunction<Double> expected) {
    assertThat(actual.carrying80()).isCloseTo(expected.applyAsDouble(0.80), EXACT);
    assertThat(actual.carrying95()).isCloseTo(expected.applyAsDouble(0.95), EXACT);
  }

  private static double needed(NaiveStatistics naive, int token, float[] scales, double share) {
    return NaiveStatistics.needed(naive.amounts(token, scales), share) / (double) scales.length;
  }

  private static double meanNeeded(NaiveStatistics naive, float[] scales, double share) {
    return IntStream.range(0, naive.activations().length)
        .mapToDouble(token -> needed(naive, token, scales, share))
        .average()
        .orElseThrow();
  }

  private static LayerSummary summary(float[][] activations, float[] lengths, int rows) {
    LayerStatistics statistics = new LayerStatistics(lengths);
    int neurons = lengths.length;
    for (int from = 0; from < activations.length; from += rows) {
      int count = Math.min(rows, activations.length - from);
      float[] longer = new float[(count + 1) * neurons];
      Arrays.fill(longer, Float.NaN);
      for (int row = 0; row < count; row++) {
        System.arraycopy(activations[from + row], 0, longer, row * neurons, neurons);
      }
      statistics.add(longer, count);
    }
    return statistics.summary();
  }

  /** Sparse, some neurons always on, some never, magnitudes from 1e-5 to 1. */
  private static float[][] activations(Random random, int tokens, int neurons) {
    float[][] activations = new float[tokens][neurons];
    for (int neuron = 0; neuron < neurons; neuron++) {
      double rate = List.of(0.0, 0.1, 0.1, 0.5, 1.0).get(random.nextInt(5));
      for (int token = 0; token < tokens; token++) {
        if (random.nextDouble() < rate) {
          activations[token][neuron] = (float) Math.pow(10, -5 * random.nextDouble());
        }
      }
    }
    return activations;
  }

  private static float[] lengths(Random random, int neurons) {
    float[] lengths = new float[neurons];
    for (int neuron = 0; neuron < neurons; neuron++) {
      lengths[neuron] = 0.1f + random.nextFloat();
    }
    return lengths;
  }
}
