package io.sluice.simulation;

import io.sluice.batching.BatchLimits;

/**
 * The application around the model, as measured constants.
 *
 * @param instances of the application
 * @param partitions of the requests topic
 * @param workers of each instance
 * @param batch limits of a batch
 * @param maxOpenRecords records that the dispatcher holds at most
 * @param fetchMillis from a record's timestamp to the dispatcher
 * @param sendMillis from the end of its batch until a row is sent
 * @param commitIntervalMillis between two commits
 * @param commitMillis from a commit to a {@code read_committed} reader
 * @param sensorMillis between two samples
 * @param batchSpread standard deviation of the logarithm of a batch's time
 */
public record Pipeline(
    int instances,
    int partitions,
    int workers,
    BatchLimits batch,
    int maxOpenRecords,
    double fetchMillis,
    double sendMillis,
    double commitIntervalMillis,
    double commitMillis,
    double sensorMillis,
    double batchSpread) {

  public Pipeline {
    if (instances < 1 || partitions < instances || workers < 1) {
      throw new IllegalArgumentException(
          "%d instances with %d workers each on %d partitions: each instance needs a partition"
              .formatted(instances, workers, partitions));
    }
  }

  /** Two workers for each instance, a commit every 100 ms, a sample every 200 ms. */
  public static Pipeline of(int instances, int partitions) {
    return new Pipeline(
        instances, partitions, 2, BatchLimits.DEFAULT, 1024, 15, 10, 100, 15, 200, 0.08);
  }

  /** The same with other workers and batches. */
  public Pipeline withWorkers(int others, BatchLimits limits) {
    return new Pipeline(
        instances,
        partitions,
        others,
        limits,
        maxOpenRecords,
        fetchMillis,
        sendMillis,
        commitIntervalMillis,
        commitMillis,
        sensorMillis,
        batchSpread);
  }
}
