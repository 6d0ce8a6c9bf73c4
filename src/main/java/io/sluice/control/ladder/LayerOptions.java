package io.sluice.control.ladder;

import java.util.List;

/**
 * How one layer may run.
 *
 * @param options one for each number of experts
 */
public record LayerOptions(List<Option> options) {

  /**
   * One number of experts.
   *
   * @param experts k
   * @param millis time that the layer then takes in a typical batch
   * @param loss change in cross-entropy when only this layer runs so, nats a token
   */
  public record Option(int experts, double millis, double loss) {}

  public LayerOptions {
    options = List.copyOf(options);
    if (options.isEmpty()) {
      throw new IllegalArgumentException("a layer has at least one option");
    }
  }
}
