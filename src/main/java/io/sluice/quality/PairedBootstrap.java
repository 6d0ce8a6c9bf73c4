package io.sluice.quality;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How far the difference of two systems' corpus scores can be trusted: paired bootstrap resampling
 * (Koehn 2004) of the sentences that both translated. Pure functions.
 */
public final class PairedBootstrap {
  private PairedBootstrap() {}

  /**
   * A difference and its 95 % interval.
   *
   * @param value score of the system minus score of the baseline, on all sentences
   * @param low 2.5th percentile of the difference over the resamples
   * @param high 97.5th percentile
   */
  public record Difference(double value, double low, double high) {}

  /**
   * Compares two systems.
   *
   * @param system counts of each sentence, such as {@link Bleu#counts}, shape (sentences, counts)
   * @param baseline the same for the other system, sentence by sentence
   * @param score score of summed counts, such as {@link Bleu#score}
   * @param resamples how many, at least 1
   * @param seed the same seed, the same interval
   */
  public static Difference compare(
      long[][] system,
      long[][] baseline,
      ToDoubleFunction<long[]> score,
      int resamples,
      long seed) {
    if (system.length != baseline.length || system.length == 0 || resamples < 1) {
      throw new IllegalArgumentException(
          "%d and %d sentences, %d resamples".formatted(system.length, baseline.length, resamples));
    }
    int sentences = system.length;
    int[] drawn = new int[sentences];
    Arrays.setAll(drawn, i -> i);
    double value = difference(system, baseline, score, drawn);
    SplittableRandom random = new SplittableRandom(seed);
    double[] differences = new double[resamples];
    for (int resample = 0; resample < resamples; resample++) {
      for (int i = 0; i < sentences; i++) {
        drawn[i] = random.nextInt(sentences);
      }
      differences[resample] = difference(system, baseline, score, drawn);
    }
    Arrays.sort(differences);
    return new Difference(value, percentile(differences, 0.025), percentile(differences, 0.975));
  }

  private static double difference(
      long[][] system, long[][] baseline, ToDoubleFunction<long[]> score, int[] drawn) {
    return score.applyAsDouble(sum(system, drawn)) - score.applyAsDouble(sum(baseline, drawn));
  }

  private static long[] sum(long[][] counts, int[] drawn) {
    long[] sums = new long[counts[0].length];
    for (int sentence : drawn) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += counts[sentence][c];
      }
    }
    return sums;
  }

  /** Linear between the two nearest. */
  private static double percentile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
