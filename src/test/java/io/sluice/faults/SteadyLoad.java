package io.sluice.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Requests at a steady rate, and results read as they come, by the thread that waits for something.
 * One thread.
 */
final class SteadyLoad {
  private final FaultScene scene;
  private final int perSecond;
  private final long startNanos = System.nanoTime();
  private int sent;

  /** A load that begins now. */
  SteadyLoad(FaultScene scene, int perSecond) {
    this.scene = scene;
    this.perSecond = perSecond;
  }

  /** Keeps the load up until something has happened. */
  void until(String what, BooleanSupplier happened) {
    try {
      await(what)
          .pollInSameThread()
          .pollInterval(Duration.ofMillis(20))
          .atMost(FaultScene.PATIENCE)
          .until(
              () -> {
                step();
                return happened.getAsBoolean();
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(what + " did not come; " + scene.lastLines(), e);
    }
  }

  /** Keeps the load up for a while. */
  void during(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    until("end of the load", () -> System.nanoTime() - end >= 0);
  }

  private void step() {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    int due = (int) (seconds * perSecond) - sent;
    scene.flow().send(due);
    sent += due;
    int unused = scene.results().size();
  }
}
