package io.sluice.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a run under a trace came to.
 *
 * @param records results
 * @param p50Millis median from a record's timestamp to a {@code read_committed} reader
 * @param p99Millis 99th percentile of the same
 * @param meanExpertShare mean over records and layers of both halves
 * @param meanQualityLoss mean over records of the BLEU points that their level loses
 * @param degradedShare share of the records below full quality
 * @param levelChangesPerMinute of one instance
 * @param recoverySeconds from the empty queue after the load has gone to full quality; 0: never low
 * @param steadyLevelChangesPerMinute the same without the 15 s after each jump of the rate
 * @param degradedTime share of the time in which some instance was below full quality
 * @param meanLevel mean level of the records
 * @param meanDistance mean over records of the expected chrF distance to full quality
 */
public record Figures(
    String trace,
    String law,
    int records,
    double p50Millis,
    double p99Millis,
    double meanExpertShare,
    double meanQualityLoss,
    double degradedShare,
    double levelChangesPerMinute,
    double recoverySeconds,
    double steadyLevelChangesPerMinute,
    double degradedTime,
    double meanLevel,
    double meanDistance) {

  /**
   * Means over runs of the same trace under the same law; records are those of all runs.
   *
   * @param runs at least one
   */
  public static Figures mean(List<Figures> runs) {
    return new Figures(
        runs.get(0).trace,
        runs.get(0).law,
        runs.stream().mapToInt(Figures::records).sum(),
        mean(runs, Figures::p50Millis),
        mean(runs, Figures::p99Millis),
        mean(runs, Figures::meanExpertShare),
        mean(runs, Figures::meanQualityLoss),
        mean(runs, Figures::degradedShare),
        mean(runs, Figures::levelChangesPerMinute),
        mean(runs, Figures::recoverySeconds),
        mean(runs, Figures::steadyLevelChangesPerMinute),
        mean(runs, Figures::degradedTime),
        mean(runs, Figures::meanLevel),
        mean(runs, Figures::meanDistance));
  }

  private static double mean(List<Figures> runs, ToDoubleFunction<Figures> figure) {
    return runs.stream().mapToDouble(figure).average().orElseThrow();
  }

  /** The object that {@code simulate --json} and {@code bench --json} print. */
  public ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("trace", trace);
    json.put("law", law);
    json.put("records", records);
    json.put("p50Millis", round(p50Millis, 1));
    json.put("p99Millis", round(p99Millis, 1));
    json.put("meanExpertShare", round(meanExpertShare, 4));
    json.put("meanQualityLoss", round(meanQualityLoss, 4));
    json.put("degradedShare", round(degradedShare, 4));
    json.put("levelChangesPerMinute", round(levelChangesPerMinute, 2));
    json.put("recoverySeconds", round(recoverySeconds, 1));
    json.put("steadyLevelChangesPerMinute", round(steadyLevelChangesPerMinute, 2));
    json.put("degradedTime", round(degradedTime, 4));
    json.put("meanLevel", round(meanLevel, 3));
    json.put("meanDistance", round(meanDistance, 5));
    return json;
  }

  private static double round(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
