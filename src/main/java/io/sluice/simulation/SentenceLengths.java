package io.sluice.simulation;

import java.util.Random;

/**
 * Lengths of sentences and of their translations, in tokens: both logarithmically normal.
 *
 * @param meanSource mean source tokens, special tokens included
 * @param spread standard deviation of the logarithm
 * @param targetPerSource mean target tokens for a source token
 * @param targetSpread standard deviation of the logarithm of that ratio
 */
public record SentenceLengths(
    double meanSource, double spread, double targetPerSource, double targetSpread) {
  /** Captions: Multi30k's. */
  public static final SentenceLengths CAPTIONS = new SentenceLengths(17, 0.35, 0.97, 0.18);

  private static final int SHORTEST = 3;
  private static final int LONGEST = 128;

  /**
   * A sentence.
   *
   * @param source tokens
   * @param target tokens
   */
  record Sentence(int source, int target) {}

  Sentence next(Random random) {
    double source = meanSource * Math.exp(spread * random.nextGaussian() - spread * spread / 2);
    double ratio =
        targetPerSource
            * Math.exp(targetSpread * random.nextGaussian() - targetSpread * targetSpread / 2);
    return new Sentence(clip(source), clip(source * ratio));
  }

  private static int clip(double length) {
    return (int) Math.max(SHORTEST, Math.min(LONGEST, Math.round(length)));
  }
}
