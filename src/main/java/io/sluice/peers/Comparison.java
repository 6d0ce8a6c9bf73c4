package io.sluice.peers;

import io.sluice.peers.Race.Result;
import io.sluice.peers.Race.Times;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** One contender against another of the same race. Pure functions. */
public final class Comparison {
  private Comparison() {}

  /** Wall time of a repetition in seconds: each block's median, added up. */
  public static double seconds(Result result) {
    return sumOfMedians(result, Times::whole);
  }

  /** Time of decoding in a repetition in seconds, shared out to the threads, in the same way. */
  public static double decodeSeconds(Result result) {
    return sumOfMedians(result, Times::decode);
  }

  /**
   * How many times faster: the median over all blocks of all repetitions of the ratio of both
   * times. Both had a block soon after each other, so that a slow moment of the machine touches few
   * of the ratios.
   */
  public static double ratio(Result own, Result other) {
    return ratio(own, other, Times::whole);
  }

  /** The same of decoding alone. */
  public static double decodeRatio(Result own, Result other) {
    return ratio(own, other, Times::decode);
  }

  private static double ratio(Result own, Result other, Function<Times, List<Double>> part) {
    double[] mine = blocks(own, part).toArray();
    double[] others = blocks(other, part).toArray();
    return median(IntStream.range(0, mine.length).mapToDouble(i -> others[i] / mine[i]).toArray());
  }

  private static double sumOfMedians(Result result, Function<Times, List<Double>> part) {
    int blocks = part.apply(result.times().get(0)).size();
    return IntStream.range(0, blocks)
        .mapToDouble(
            block ->
                median(
                    result.times().stream()
                        .mapToDouble(each -> part.apply(each).get(block))
                        .toArray()))
        .sum();
  }

  private static DoubleStream blocks(Result result, Function<Times, List<Double>> part) {
    return result.times().stream()
        .flatMap(each -> part.apply(each).stream())
        .mapToDouble(Double::doubleValue);
  }

  /** Share of the texts that are the same. */
  public static double identicalShare(Result own, Result other) {
    return (double) IntStream.range(0, own.texts().size()).filter(i -> same(own, other, i)).count()
        / own.texts().size();
  }

  /** The largest difference of a mean log-probability where the texts are the same. */
  public static double logProbabilityDifference(Result own, Result other) {
    return IntStream.range(0, own.texts().size())
        .filter(i -> same(own, other, i))
        .mapToDouble(
            i -> Math.abs(own.meanLogProbabilities().get(i) - other.meanLogProbabilities().get(i)))
        .max()
        .orElse(0);
  }

  private static boolean same(Result own, Result other, int i) {
    return own.texts().get(i).equals(other.texts().get(i));
  }

  /** The median; the mean of the middle two if their number is even. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
