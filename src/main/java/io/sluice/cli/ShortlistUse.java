package io.sluice.cli;

/** Whether the output vocabulary is restricted to likely words. */
enum ShortlistUse {
  ON,
  OFF,
  /** If the model has a list, and nothing is measured. */
  AUTO
}
