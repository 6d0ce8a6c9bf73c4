package io.sluice.simulation;

import java.util.Random;
import java.util.function.Consumer;

/**
 * Makes the records of a trace, each when its time has come; none in a stuck partition. One thread.
 */
final class ArrivingRecords {
  private final Arrivals arrivals;
  private final Trace trace;
  private final SentenceLengths lengths;
  private final int partitions;
  private final Random random;
  private int records;

  ArrivingRecords(
      Arrivals arrivals, Trace trace, SentenceLengths lengths, int partitions, Random random) {
    this.arrivals = arrivals;
    this.trace = trace;
    this.lengths = lengths;
    this.partitions = partitions;
    this.random = random;
  }

  /** Sends each record to its receiver when the clock has come to it. */
  void begin(EventQueue events, Consumer<SimulatedRecord> receiver) {
    double second = arrivals.next();
    if (second >= trace.seconds()) {
      return;
    }
    long nanos = Math.round(second * 1e9);
    events.at(
        nanos,
        () -> {
          records++;
          receiver.accept(record(nanos, second));
          begin(events, receiver);
        });
  }

  private SimulatedRecord record(long nanos, double second) {
    int partition = random.nextInt(partitions);
    if (partition == 0 && partitions > 1 && trace.has(Trace.Kind.STUCK_PARTITION, second)) {
      partition = 1 + random.nextInt(partitions - 1);
    }
    SentenceLengths.Sentence sentence = lengths.next(random);
    return new SimulatedRecord(nanos, partition, sentence.source(), sentence.target());
  }

  /** Records so far. */
  int records() {
    return records;
  }
}
