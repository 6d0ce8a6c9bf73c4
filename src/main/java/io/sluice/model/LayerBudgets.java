package io.sluice.model;

import io.sluice.nn.Route;
import java.util.Collections;
import java.util.List;

/**
 * How many experts the layers of one half of the model may run, and how they are chosen. Immutable.
 *
 * @param mode how they are chosen
 * @param experts k for each layer; empty: all of every layer
 */
public record LayerBudgets(Route.Mode mode, List<Integer> experts) {

  /** Every expert of every layer. */
  public static final LayerBudgets ALL = new LayerBudgets(Route.Mode.ALL, List.of());

  public LayerBudgets {
    experts = List.copyOf(experts);
  }

  /** The same number in every layer. */
  public static LayerBudgets uniform(Route.Mode mode, int experts, int layers) {
    return new LayerBudgets(mode, Collections.nCopies(layers, experts));
  }

  boolean all() {
    return mode == Route.Mode.ALL || experts.isEmpty();
  }

  /**
   * The route of one layer.
   *
   * @param plans of the rows; null: a layer without plans, all sentences then run the first experts
   */
  Route route(int layer, int[] plans) {
    if (all()) {
      return Route.ALL;
    }
    if (mode == Route.Mode.SENTENCE) {
      return plans == null
          ? Route.of(Route.Mode.STATIC, experts.get(layer))
          : new Route(mode, experts.get(layer), plans);
    }
    return Route.of(mode, experts.get(layer));
  }
}
