package io.sluice.simulation;

import io.sluice.control.BatchWork;
import io.sluice.control.ServiceLevel;
import io.sluice.control.TimeTable;
import java.util.Collections;
import java.util.List;

/**
 * What batches really take: a table, and by how much each level is slower.
 *
 * @param table of a machine with nothing else to do
 * @param factors real over tabled time, by number of the level; above 0
 */
record BatchTimes(TimeTable table, List<Double> factors) {

  BatchTimes {
    factors = List.copyOf(factors);
  }

  /** The table is right. */
  static BatchTimes tabled(TimeTable table, int levels) {
    return new BatchTimes(table, Collections.nCopies(levels, 1.0));
  }

  double millis(ServiceLevel level, BatchWork work) {
    return table.millis(level, work) * factors.get(level.number());
  }

  /** Of it, the time before the first word. */
  double encodingMillis(ServiceLevel level, BatchWork work) {
    return millis(level, new BatchWork(work.rows(), work.sourceTokens(), 0, 0));
  }
}
