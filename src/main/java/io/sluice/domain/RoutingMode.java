package io.sluice.domain;

/** How experts are chosen. */
public enum RoutingMode {
  DENSE,
  TOKEN,
  SENTENCE,
  STATIC,
  BATCH
}
