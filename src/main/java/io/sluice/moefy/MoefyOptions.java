package io.sluice.moefy;

import io.sluice.moe.partition.PartitionMethod;
import io.sluice.moefy.ActivationRun.Half;

/**
 * How an expert bundle is made.
 *
 * @param experts N of each decoder layer
 * @param encoderExperts N of each encoder layer; 1: not cut
 * @param always decoder experts that run in every mode
 * @param plans plans of each decoder layer; 0: none
 * @param gateWidth hidden width of the routers
 * @param method how layers are cut; null: they are cut already
 * @param seed of everything that is random
 * @param cutTokens target tokens that the cut looks at
 * @param fitTokens target tokens that routers, plans and means are fitted to
 * @param epochs of the routers' training
 */
public record MoefyOptions(
    int experts,
    int encoderExperts,
    int always,
    int plans,
    int gateWidth,
    PartitionMethod method,
    long seed,
    long cutTokens,
    long fitTokens,
    int epochs) {

  public MoefyOptions {
    if (experts < 2 || encoderExperts < 1) {
      throw new IllegalArgumentException("a cut layer has at least 2 experts");
    }
    if (always < 0 || always > experts / 4) {
      throw new IllegalArgumentException(
          "experts that always run: 0 to a quarter of all, not " + always);
    }
    if (plans < 0 || gateWidth < 1 || cutTokens < 1 || fitTokens < 1 || epochs < 1) {
      throw new IllegalArgumentException(
          "plans must not be negative; gate width, tokens and epochs must be at least 1");
    }
  }

  /** N of a layer in a half. */
  int experts(Half half) {
    return half == Half.ENCODER ? encoderExperts : experts;
  }

  /** Experts of a layer that always run. */
  int always(Half half) {
    return half == Half.ENCODER ? 0 : always;
  }

  /**
   * Numbers of experts for which means are measured: eighths of N, without those that always run.
   */
  int[] levels(Half half) {
    return CapturedShares.levels(experts(half));
  }
}
