package io.sluice.control.ladder;

import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Which experts each layer should run for every budget of time: a grouped knapsack, solved layer by
 * layer over budgets cut into equal steps. Losses of layers are taken to add up. Pure functions.
 */
public final class LadderSearch {
  private LadderSearch() {}

  /**
   * One way to run all layers.
   *
   * @param mode how experts are chosen
   * @param experts k of each layer
   * @param millis sum of their times
   * @param loss sum of their losses
   */
  public record Choice(RoutingMode mode, List<Integer> experts, double millis, double loss) {}

  /** A partial choice; its earlier layers hang on it. */
  private record State(State earlier, int experts, double millis, double loss) {}

  /**
   * The choices of which none is slower and worse than another, from the slowest to the fastest.
   *
   * @param mode how experts are chosen in all of them
   * @param steps into which the range of times is cut; a choice may be off by one step per layer
   */
  public static List<Choice> front(RoutingMode mode, List<LayerOptions> layers, int steps) {
    double least = 0;
    double most = 0;
    for (LayerOptions layer : layers) {
      least += layer.options().stream().mapToDouble(LayerOptions.Option::millis).min().orElse(0);
      most += layer.options().stream().mapToDouble(LayerOptions.Option::millis).max().orElse(0);
    }
    double step = Math.max((most - least) / steps, 1e-12);
    List<State> states = List.of(new State(null, 0, 0, 0));
    double reached = 0;
    for (LayerOptions layer : layers) {
      State[] best = new State[steps + 2];
      double layerLeast =
          layer.options().stream().mapToDouble(LayerOptions.Option::millis).min().orElse(0);
      reached += layerLeast;
      for (State state : states) {
        for (LayerOptions.Option option : layer.options()) {
          State next =
              new State(
                  state,
                  option.experts(),
                  state.millis + option.millis(),
                  state.loss + option.loss());
          int place = (int) Math.round((next.millis - reached) / step);
          if (best[place] == null || better(next, best[place])) {
            best[place] = next;
          }
        }
      }
      states = nondominated(best);
    }
    List<Choice> front = new ArrayList<>();
    for (State state : states) {
      front.add(choice(mode, state));
    }
    Collections.reverse(front);
    return front;
  }

  private static boolean better(State one, State other) {
    return one.loss < other.loss || (one.loss == other.loss && one.millis < other.millis);
  }

  /** From the fastest to the slowest; each loses less than all that are faster. */
  private static List<State> nondominated(State[] best) {
    List<State> kept = new ArrayList<>();
    double loss = Double.POSITIVE_INFINITY;
    for (State state : best) {
      if (state != null && state.loss < loss) {
        kept.add(state);
        loss = state.loss;
      }
    }
    return kept;
  }

  private static Choice choice(RoutingMode mode, State last) {
    List<Integer> experts = new ArrayList<>();
    for (State state = last; state.earlier != null; state = state.earlier) {
      experts.add(state.experts);
    }
    Collections.reverse(experts);
    return new Choice(mode, experts, last.millis, last.loss);
  }

  /**
   * One front out of several lists of choices: what is slower and worse than another one is left
   * out.
   */
  public static List<Choice> merge(List<List<Choice>> fronts) {
    List<Choice> sorted = new ArrayList<>();
    fronts.forEach(sorted::addAll);
    sorted.sort(Comparator.comparingDouble(Choice::loss).thenComparingDouble(Choice::millis));
    List<Choice> merged = new ArrayList<>();
    for (Choice each : sorted) {
      if (merged.isEmpty() || each.millis < merged.get(merged.size() - 1).millis) {
        merged.add(each);
      }
    }
    return merged;
  }

  /**
   * The choices of a front that no mixture of two others beats: to run the one half of the time and
   * the other the other half is as good as a level between them, and the controller does so.
   *
   * @param front from the slowest to the fastest; each loses more than the ones before
   */
  public static List<Choice> hull(List<Choice> front) {
    List<Choice> hull = new ArrayList<>();
    for (Choice next : front) {
      while (hull.size() > 1 && slope(hull.get(hull.size() - 2), next) <= lastSlope(hull)) {
        hull.remove(hull.size() - 1);
      }
      hull.add(next);
    }
    return hull;
  }

  private static double lastSlope(List<Choice> hull) {
    return slope(hull.get(hull.size() - 2), hull.get(hull.size() - 1));
  }

  /** What a millisecond less costs, from a choice to a faster one. */
  private static double slope(Choice slow, Choice fast) {
    return (fast.loss - slow.loss) / (slow.millis - fast.millis);
  }

  /**
   * The choices of a hull that matter most, both ends among them: one after the other that a
   * mixture of its neighbours comes closest to is left out.
   *
   * @param hull from the slowest to the fastest
   * @param count how many, at least 2; all if there are fewer
   */
  public static List<Choice> thinned(List<Choice> hull, int count) {
    List<Choice> kept = new ArrayList<>(hull);
    while (kept.size() > count) {
      int least = 1;
      for (int i = 2; i < kept.size() - 1; i++) {
        if (worth(kept, i) < worth(kept, least)) {
          least = i;
        }
      }
      kept.remove(least);
    }
    return kept;
  }

  /** Twice the area between a choice and the mixtures of its neighbours. */
  private static double worth(List<Choice> kept, int at) {
    Choice slow = kept.get(at - 1);
    Choice own = kept.get(at);
    Choice fast = kept.get(at + 1);
    return (fast.loss - slow.loss) * (slow.millis - own.millis)
        - (own.loss - slow.loss) * (slow.millis - fast.millis);
  }
}
