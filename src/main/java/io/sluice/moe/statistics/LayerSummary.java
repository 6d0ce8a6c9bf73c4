package io.sluice.moe.statistics;

import java.util.List;

/**
 * How sparse one layer was over a stream of tokens. A neuron is inactive at a token if its
 * activation is 0; its contribution is its activation times the length of its row of W2.
 *
 * @param tokens number of tokens
 * @param neurons number of neurons F
 * @param inactive share of neurons that are inactive at a token; its mean is the share of zeros
 *     over all tokens and neurons
 * @param dead neurons that were active at no token
 * @param alwaysOn neurons that were active at more than 95 % of the tokens
 * @param mass how few neurons carry most of all activation, one order for all tokens
 * @param contribution the same, of all contributions
 * @param massOfToken how few neurons carry most of one token's activation, mean over the tokens
 * @param contributionOfToken the same, of one token's contributions
 * @param nearlyInactive share of activations that are small, by threshold
 * @param union active share by size of batch
 */
public record LayerSummary(
    long tokens,
    int neurons,
    ShareDistribution inactive,
    int dead,
    int alwaysOn,
    Concentration mass,
    Concentration contribution,
    Concentration massOfToken,
    Concentration contributionOfToken,
    List<BelowThreshold> nearlyInactive,
    List<UnionPoint> union) {

  public LayerSummary {
    nearlyInactive = List.copyOf(nearlyInactive);
    union = List.copyOf(union);
  }

  /**
   * Share of small activations.
   *
   * @param threshold as a share of the largest activation of the token
   * @param share of activations that are at most that, over all tokens and neurons
   */
  public record BelowThreshold(double threshold, double share) {}
}
