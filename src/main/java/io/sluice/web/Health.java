package io.sluice.web;

/** Whether a process is well. Implementations are thread-safe and do not block. */
public interface Health {
  /** False: only a restart helps. */
  Check live();

  /** False: it takes no records now. */
  Check ready();
}
