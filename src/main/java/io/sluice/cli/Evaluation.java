package io.sluice.cli;

import io.sluice.quality.Bleu;
import io.sluice.quality.Chrf;
import io.sluice.quality.PairedBootstrap;
import io.sluice.quality.PairedBootstrap.Difference;
import java.util.List;

/**
 * What one budget made of a parallel text.
 *
 * @param texts the translations, one for each sentence
 * @param seconds wall time of translating
 * @param tokens target tokens translated
 * @param bleuCounts counts of each sentence
 * @param chrfCounts counts of each sentence
 * @param logProbabilities of the reference's tokens, for each sentence
 * @param choices most probable token at each of these positions
 */
@SuppressWarnings("ArrayRecordComponent") // made once and read, never compared
record Evaluation(
    List<String> texts,
    double seconds,
    long tokens,
    long[][] bleuCounts,
    long[][] chrfCounts,
    float[][] logProbabilities,
    int[][] choices) {
  private static final int RESAMPLES = 1000;
  private static final long SEED = 20_240_229;

  double bleu() {
    return Bleu.score(sum(bleuCounts));
  }

  double chrf() {
    return Chrf.score(sum(chrfCounts));
  }

  /** Mean negative log-probability of the reference's tokens, nats a token. */
  double crossEntropy() {
    double sum = 0;
    long count = 0;
    for (float[] sentence : logProbabilities) {
      for (float logProbability : sentence) {
        sum -= logProbability;
        count++;
      }
    }
    return sum / count;
  }

  /** Share of the positions at which another one would have chosen another token. */
  double tokenFlips(Evaluation other) {
    long flips = 0;
    long count = 0;
    for (int sentence = 0; sentence < choices.length; sentence++) {
      for (int position = 0; position < choices[sentence].length; position++) {
        flips += choices[sentence][position] == other.choices[sentence][position] ? 0 : 1;
        count++;
      }
    }
    return (double) flips / count;
  }

  Difference bleuDifference(Evaluation baseline) {
    return PairedBootstrap.compare(bleuCounts, baseline.bleuCounts, Bleu::score, RESAMPLES, SEED);
  }

  Difference chrfDifference(Evaluation baseline) {
    return PairedBootstrap.compare(chrfCounts, baseline.chrfCounts, Chrf::score, RESAMPLES, SEED);
  }

  private static long[] sum(long[][] counts) {
    long[] sums = new long[counts[0].length];
    for (long[] sentence : counts) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += sentence[c];
      }
    }
    return sums;
  }
}
