package io.sluice.control.law;

/** Says which level a load calls for. Called by one thread, in the order of time. */
@FunctionalInterface
public interface ControlLaw {
  /** Number of the level; one outside the ladder means its nearest end. */
  int level(Situation situation);

  /** The level before any load is known, and the one to go back to when nothing is known. */
  default int start() {
    return 0;
  }
}
