package io.sluice.metrics;

import java.util.Map;

/**
 * One line of Prometheus' text format.
 *
 * @param name with suffixes, such as {@code _bucket}
 * @param labels by name
 * @param value may be infinite or NaN
 */
public record Sample(String name, Map<String, String> labels, double value) {
  public Sample {
    labels = Map.copyOf(labels);
  }
}
