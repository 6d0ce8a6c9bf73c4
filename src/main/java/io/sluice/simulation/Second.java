package io.sluice.simulation;

/**
 * One second of a run.
 *
 * @param second since the start
 * @param arrivals records that came
 * @param results results that were seen
 * @param waiting records not read or in no batch, at its beginning
 * @param level mean level of the instances, at its beginning
 * @param p99Millis 99th percentile of the latencies of its results; 0: none
 * @param loss mean BLEU points that its results lost
 */
public record Second(
    int second,
    int arrivals,
    int results,
    int waiting,
    double level,
    double p99Millis,
    double loss) {
  /** Names of the columns. */
  public static final String HEADING = "second,arrivals,results,waiting,level,p99Millis,loss";

  /** A line of CSV. */
  public String line() {
    return String.format(
        java.util.Locale.ROOT,
        "%d,%d,%d,%d,%.3f,%.0f,%.4f",
        second,
        arrivals,
        results,
        waiting,
        level,
        p99Millis,
        loss);
  }
}
