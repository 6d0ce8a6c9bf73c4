package io.sluice.cost;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.Routing;
import io.sluice.nn.StageClock.Half;
import io.sluice.nn.StageClock.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** One setting and batch size, measured several times on the same batches. Not thread-safe. */
public final class BatchRounds {
  private final int batch;
  private final ExpertBudget budget;
  private final List<Round> rounds = new ArrayList<>();

  /**
   * One time.
   *
   * @param times of all workers together
   * @param batches in the order of the text
   * @param wallSeconds until the last batch was done
   * @param routing what ran
   */
  public record Round(
      StageTimes times, List<BatchTime> batches, double wallSeconds, Routing routing) {}

  /**
   * Nothing measured yet.
   *
   * @param batch rows of a batch
   * @param budget experts
   */
  public BatchRounds(int batch, ExpertBudget budget) {
    this.batch = batch;
    this.budget = budget;
  }

  /** Adds a time. */
  public void add(Round round) {
    rounds.add(round);
  }

  /** Rows of a batch. */
  public int batch() {
    return batch;
  }

  /** What was asked for. */
  public ExpertBudget budget() {
    return budget;
  }

  /** What ran. */
  public Routing routing() {
    return rounds.get(0).routing;
  }

  /** Microseconds of one part for each decoder step: the median over the rounds. */
  public double micros(Half half, Stage stage) {
    return median(round -> round.times.nanos(half, stage) / 1e3 / round.times.steps());
  }

  /** Microseconds of a half for each decoder step: the median over the rounds. */
  public double micros(Half half) {
    return median(round -> round.times.nanos(half) / 1e3 / round.times.steps());
  }

  /** Microseconds of everything for each decoder step: the median over the rounds. */
  public double micros() {
    return median(
        round ->
            (round.times.nanos(Half.ENCODER) + round.times.nanos(Half.DECODER))
                / 1e3
                / round.times.steps());
  }

  /** Multiply-adds of one part for each decoder step. */
  public double multiplyAdds(Arithmetic arithmetic, Half half, Stage stage) {
    Round round = rounds.get(0);
    double sum = 0;
    for (BatchTime each : round.batches) {
      sum += arithmetic.multiplyAdds(half, stage, each.shape(), round.routing);
    }
    return sum / round.times.steps();
  }

  /** Rows that a decoder step fed, on average. */
  public double rowsPerStep() {
    Round round = rounds.get(0);
    double fed = 0; // each row one token more than it asked for: the start
    for (BatchTime each : round.batches) {
      fed += each.shape().targetTokens() + each.shape().rows();
    }
    return fed / round.times.steps();
  }

  /** Sentences a second, all workers together: the median over the rounds. */
  public double sentencesPerSecond() {
    return median(
        round ->
            round.batches.stream().mapToInt(each -> each.shape().rows()).sum() / round.wallSeconds);
  }

  /** Target tokens a second, all workers together: the median over the rounds. */
  public double tokensPerSecond() {
    return median(
        round ->
            round.batches.stream().mapToInt(each -> each.shape().targetTokens()).sum()
                / round.wallSeconds);
  }

  /** Each batch with the medians of its times over the rounds. */
  public List<BatchTime> batches() {
    return IntStream.range(0, rounds.get(0).batches.size())
        .mapToObj(
            i ->
                new BatchTime(
                    rounds.get(0).batches.get(i).shape(),
                    median(round -> round.batches.get(i).encodeMillis()),
                    median(round -> round.batches.get(i).decodeMillis())))
        .toList();
  }

  private double median(ToDoubleFunction<Round> value) {
    double[] values = rounds.stream().mapToDouble(value).toArray();
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
