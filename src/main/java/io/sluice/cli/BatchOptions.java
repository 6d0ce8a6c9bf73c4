package io.sluice.cli;

import io.sluice.batching.BatchLimits;
import picocli.CommandLine.Option;

/** How much is translated at once. */
public final class BatchOptions {
  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "16",
      description = "Largest number of segments in a batch.")
  private int batch;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Batches side by side; default: the number of processors.")
  private Integer threads;

  int batch() {
    return atLeastOne("--batch", batch);
  }

  /** Limits of a dispatcher's batch. */
  BatchLimits limits() {
    return new BatchLimits(batch(), 64 * batch(), BatchLimits.DEFAULT.maxAge());
  }

  int threads() {
    return threads == null
        ? Runtime.getRuntime().availableProcessors()
        : atLeastOne("--threads", threads);
  }

  private static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new ExitException(2, option + " must be at least 1, is " + value, null);
    }
    return value;
  }
}
