package io.sluice.cli;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * Closes something when the process is asked to stop: SIGTERM is an orderly end (status 0), SIGINT
 * an interruption (status 130). A second signal ends the process at once. Thread-safe.
 */
final class StopSignal {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
  private static final int INTERRUPTED = 130;

  private final AutoCloseable target;
  private final AtomicInteger signals = new AtomicInteger();
  private volatile int exitStatus;

  private StopSignal(AutoCloseable target) {
    this.target = target;
  }

  /** Listens from now on. */
  static StopSignal install(AutoCloseable target) {
    StopSignal stop = new StopSignal(target);
    Signal.handle(new Signal("TERM"), signal -> stop.onSignal("SIGTERM", 0));
    Signal.handle(new Signal("INT"), signal -> stop.onSignal("SIGINT", INTERRUPTED));
    return stop;
  }

  /** 0, or 130 after SIGINT. */
  int exitStatus() {
    return exitStatus;
  }

  private void onSignal(String name, int status) {
    if (signals.incrementAndGet() > 1) {
      Runtime.getRuntime().halt(status);
    }
    exitStatus = status;
    LOG.info("{}: sending what is finished, then leaving", name);
    Thread closer = new Thread(this::closeTarget, "sluice-stop");
    closer.start();
  }

  private void closeTarget() {
    try {
      target.close();
    } catch (Exception e) {
      LOG.error("closing failed", e);
    }
  }
}
