/**
 * What Sluice measures about itself: one enumeration of all meters, an interface that the rest of
 * the code reports to, its binding to Micrometer and Prometheus, and the reading of what was
 * exported.
 *
 * <p>Base units (seconds, bytes, records), histograms instead of summaries, labels from closed
 * sets: never an identifier, a key or a text.
 *
 * <p>May import: {@code domain}, Micrometer.
 */
package io.sluice.metrics;
