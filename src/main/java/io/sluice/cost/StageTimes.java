package io.sluice.cost;

import io.sluice.nn.StageClock;
import java.util.function.LongSupplier;

/** Adds up the time of each part, over any number of batches. Not thread-safe. */
public final class StageTimes implements StageClock {
  private final long[][] nanos = new long[Half.values().length][Stage.values().length];
  private final LongSupplier clock;
  private Half half = Half.ENCODER;
  private Stage stage;
  private long since;
  private long steps;

  /** Nothing measured yet. */
  public StageTimes() {
    this(System::nanoTime);
  }

  StageTimes(LongSupplier clock) {
    this.clock = clock;
  }

  @Override
  public void begin(Half next) {
    enter(Stage.OVERHEAD);
    half = next;
    if (next == Half.DECODER) {
      steps++;
    }
  }

  @Override
  public void enter(Stage next) {
    long now = clock.getAsLong();
    if (stage != null) {
      nanos[half.ordinal()][stage.ordinal()] += now - since;
    }
    stage = next;
    since = now;
  }

  /** What follows, up to the next call, belongs to no part: the batch is done. */
  public void pause() {
    enter(Stage.OVERHEAD);
    stage = null;
  }

  /** Nanoseconds of one part. */
  public long nanos(Half of, Stage part) {
    return nanos[of.ordinal()][part.ordinal()];
  }

  /** Nanoseconds of a half. */
  public long nanos(Half of) {
    long sum = 0;
    for (long part : nanos[of.ordinal()]) {
      sum += part;
    }
    return sum;
  }

  /** Decoder steps, those that ask for no word included. */
  public long steps() {
    return steps;
  }

  /** Adds what another one measured. */
  public void add(StageTimes other) {
    steps += other.steps;
    for (int h = 0; h < nanos.length; h++) {
      for (int s = 0; s < nanos[h].length; s++) {
        nanos[h][s] += other.nanos[h][s];
      }
    }
  }
}
