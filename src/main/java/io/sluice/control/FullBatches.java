package io.sluice.control;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What batches with all their rows took, by level of the ladder.
 *
 * @param millis that they took, milliseconds in sum
 * @param tabled what the table of times says of them, milliseconds in sum
 */
public record FullBatches(List<Double> millis, List<Double> tabled) {

  public FullBatches {
    millis = List.copyOf(millis);
    tabled = List.copyOf(tabled);
  }

  /** Those that came after a time at which there were these. */
  public FullBatches since(FullBatches before) {
    return new FullBatches(sums(millis, before.millis, -1), sums(tabled, before.tabled, -1));
  }

  /** Both. */
  public FullBatches and(FullBatches others) {
    return new FullBatches(sums(millis, others.millis, 1), sums(tabled, others.tabled, 1));
  }

  private static List<Double> sums(List<Double> own, List<Double> others, int sign) {
    List<Double> sums = new ArrayList<>();
    for (int level = 0; level < own.size(); level++) {
      sums.add(own.get(level) + sign * others.get(level));
    }
    return sums;
  }

  /** Real over tabled time at one level; empty if there was no batch. */
  public OptionalDouble ratio(int level) {
    return tabled.get(level) > 0
        ? OptionalDouble.of(millis.get(level) / tabled.get(level))
        : OptionalDouble.empty();
  }

  /** What they took, milliseconds in sum. */
  public double real() {
    return millis.stream().mapToDouble(Double::doubleValue).sum();
  }

  /**
   * What they were expected to take, milliseconds in sum.
   *
   * @param ratios real over tabled time that is expected, by level
   */
  public double expected(List<Double> ratios) {
    double expected = 0;
    for (int level = 0; level < tabled.size(); level++) {
      expected += tabled.get(level) * ratios.get(level);
    }
    return expected;
  }

  /**
   * How much longer they took than expected; empty if there was no batch.
   *
   * @param ratios as above
   */
  public OptionalDouble slowness(List<Double> ratios) {
    double expected = expected(ratios);
    return expected > 0 ? OptionalDouble.of(real() / expected) : OptionalDouble.empty();
  }
}
