package io.sluice.simulation;

import io.sluice.batching.BatchLimits;

/**
 * The application around the model, as constants.
 *
 * @param instances of the application
 * @param partitions of the requests topic
 * @param workers of each instance
 * @param batch limits of a batch
 * @param maxOpenRecords records that the dispatcher holds at most
 * @param fetchMillis from a record's timestamp to the dispatcher
 * @param roundMillis between two rounds of the thread that fetches and sends
 * @param sendMillis from a translation until it is sent
 * @param commitIntervalMillis between two commits
 * @param commitMillis from a commit to a {@code read_committed} reader
 * @param sensorMillis between two samples
 * @param batchSpread standard deviation of the logarithm of a batch's time
 * @param busyShare share of the time, above 0, at most 1, in which a worker translates while there
 *     is always something to translate
 */
public record Pipeline(
    int instances,
    int partitions,
    int workers,
    BatchLimits batch,
    int maxOpenRecords,
    double fetchMillis,
    double roundMillis,
    double sendMillis,
    double commitIntervalMillis,
    double commitMillis,
    double sensorMillis,
    double batchSpread,
    double busyShare) {

  public Pipeline {
    if (instances < 1 || partitions < instances || workers < 1) {
      throw new IllegalArgumentException(
          "%d instances with %d workers each on %d partitions: each instance needs a partition"
              .formatted(instances, workers, partitions));
    }
    if (!(busyShare > 0 && busyShare <= 1)) {
      throw new IllegalArgumentException("workers are busy for a share of " + busyShare);
    }
  }

  /** Two workers for each instance, a commit every 50 ms, a sample every 200 ms. */
  public static Pipeline of(int instances, int partitions) {
    return new Pipeline(
        instances, partitions, 2, BatchLimits.DEFAULT, 1024, 10, 5, 5, 50, 15, 200, 0.08, 1);
  }

  /** The same with other workers and batches. */
  public Pipeline withWorkers(int others, BatchLimits limits) {
    return with(instances, partitions, others, limits, commitMillis, busyShare);
  }

  /** One of the instances, alone. */
  Pipeline alone() {
    return with(1, 1, workers, batch, commitMillis, busyShare);
  }

  /** The same with workers that are not always at work. */
  Pipeline withBusyShare(double share) {
    return with(instances, partitions, workers, batch, commitMillis, share);
  }

  /** The same with another time from a commit to a reader. */
  Pipeline withCommitMillis(double millis) {
    return with(instances, partitions, workers, batch, millis, busyShare);
  }

  private Pipeline with(
      int ofInstances,
      int ofPartitions,
      int ofWorkers,
      BatchLimits limits,
      double toReader,
      double busy) {
    return new Pipeline(
        ofInstances,
        ofPartitions,
        ofWorkers,
        limits,
        maxOpenRecords,
        fetchMillis,
        roundMillis,
        sendMillis,
        commitIntervalMillis,
        toReader,
        sensorMillis,
        batchSpread,
        busy);
  }
}
