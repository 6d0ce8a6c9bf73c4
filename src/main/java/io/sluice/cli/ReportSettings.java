package io.sluice.cli;

import java.nio.file.Path;

/**
 * What a report is made of.
 *
 * @param data folder of corpora
 * @param dense the dense checkpoint
 * @param model the expert bundle; null: the bundled one
 * @param work folder of results and of bundles that are made on the way
 * @param limit sentences of each test set; null: all
 * @param fitTokens target tokens that bundles are fitted to
 * @param experts N of bundles that are made from the dense checkpoint
 * @param rounds how often speed is measured; the median counts
 * @param seed of everything random
 */
record ReportSettings(
    Path data,
    Path dense,
    Path model,
    Path work,
    Integer limit,
    long fitTokens,
    int experts,
    int rounds,
    long seed,
    BatchOptions batching) {

  /** Source language. */
  static final String FROM = "en";

  /** Target language. */
  static final String TO = "de";

  ReportSettings {
    if ((limit != null && limit < 2)
        || fitTokens < 1
        || experts < 8
        || experts % 8 != 0
        || rounds < 1) {
      throw new ExitException(
          2,
          "--limit must be at least 2, --fit-tokens and --rounds at least 1, --experts a multiple"
              + " of 8",
          null);
    }
  }
}
