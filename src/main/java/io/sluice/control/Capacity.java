package io.sluice.control;

import java.util.List;

/**
 * How fast an instance works at each level.
 *
 * @param tokensPerSecond source tokens a second with full batches on all workers
 * @param batchMillis what one full batch takes
 */
public record Capacity(List<Double> tokensPerSecond, List<Double> batchMillis) {

  public Capacity {
    tokensPerSecond = List.copyOf(tokensPerSecond);
    batchMillis = List.copyOf(batchMillis);
  }

  /** Number of the cheapest level. */
  public int lowest() {
    return tokensPerSecond.size() - 1;
  }
}
