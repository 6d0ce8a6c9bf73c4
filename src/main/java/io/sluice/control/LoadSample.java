package io.sluice.control;

/**
 * The load of one instance at one moment, over the partitions that it owns. Tokens are source
 * tokens; those of records that were not read yet are estimated.
 *
 * @param nanos when it was taken, on the monotonic clock
 * @param waitingRecords records not yet read, and records read that no batch has taken
 * @param waitingTokens the same in tokens
 * @param runningRecords records in a batch, or translated and not yet sent: pending, but no backlog
 * @param oldestAgeMillis age of the oldest record that waits, since its timestamp; 0: none waits
 * @param arrivalTokensPerSecond what arrived since the sample before
 * @param servedTokensPerSecond what was translated since the sample before
 * @param tokensPerRecord smoothed mean
 * @param stale true if the broker did not answer: all other values are those of the last answer
 * @param frozen true for one interval after a rebalance: the rates mean nothing
 */
public record LoadSample(
    long nanos,
    double waitingRecords,
    double waitingTokens,
    double runningRecords,
    double oldestAgeMillis,
    double arrivalTokensPerSecond,
    double servedTokensPerSecond,
    double tokensPerRecord,
    boolean stale,
    boolean frozen) {

  /** No load at all. */
  public static LoadSample idle(long nanos) {
    return new LoadSample(nanos, 0, 0, 0, 0, 0, 0, 1, false, false);
  }

  /** Lag in the sense of the topic: waiting or running. */
  public double lagRecords() {
    return waitingRecords + runningRecords;
  }

  /** Lag in tokens. */
  public double lagTokens() {
    return waitingTokens + runningRecords * tokensPerRecord;
  }

  /** The same load with another arrival rate. */
  public LoadSample withArrival(double tokensPerSecond) {
    return new LoadSample(
        nanos,
        waitingRecords,
        waitingTokens,
        runningRecords,
        oldestAgeMillis,
        tokensPerSecond,
        servedTokensPerSecond,
        tokensPerRecord,
        stale,
        frozen);
  }

  /** The same moment with more or less to do. */
  public LoadSample scaled(double factor) {
    return new LoadSample(
        nanos,
        waitingRecords * factor,
        waitingTokens * factor,
        runningRecords,
        oldestAgeMillis * factor,
        arrivalTokensPerSecond * factor,
        servedTokensPerSecond,
        tokensPerRecord,
        stale,
        frozen);
  }

  LoadSample asStale(long nowNanos) {
    return new LoadSample(
        nowNanos,
        waitingRecords,
        waitingTokens,
        runningRecords,
        oldestAgeMillis,
        arrivalTokensPerSecond,
        servedTokensPerSecond,
        tokensPerRecord,
        true,
        false);
  }
}
