package io.sluice.simulation;

import io.sluice.control.BatchWork;
import io.sluice.control.ServiceLevel;
import io.sluice.control.TimeTable;
import java.util.Collections;
import java.util.List;

/**
 * What batches really take: a table, by how much each level is slower, and the machine's pace.
 *
 * @param table of a machine with nothing else to do
 * @param factors real over tabled time, by number of the level; above 0
 * @param pace of the machine
 */
record BatchTimes(TimeTable table, List<Double> factors, Pace pace) {

  BatchTimes {
    factors = List.copyOf(factors);
  }

  /** On a machine that keeps its speed. */
  BatchTimes(TimeTable table, List<Double> factors) {
    this(table, factors, Pace.STEADY);
  }

  /** The table is right. */
  static BatchTimes tabled(TimeTable table, int levels) {
    return new BatchTimes(table, Collections.nCopies(levels, 1.0));
  }

  /** The same on a machine with another pace. */
  BatchTimes withPace(Pace other) {
    return new BatchTimes(table, factors, other);
  }

  /** Of a batch that begins at a second of the run. */
  double millis(ServiceLevel level, BatchWork work, double second) {
    double millis = table.millis(level, work) * factors.get(level.number());
    return pace.stretched(second, millis);
  }

  /** Of it, the time before the first word. */
  double encodingMillis(ServiceLevel level, BatchWork work, double second) {
    return millis(level, new BatchWork(work.rows(), work.sourceTokens(), 0, 0), second);
  }
}
