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
   * The choices of a front that matter most, both ends among them: one after the other without
   * which the least is lost is left out. A load that needs it then runs the next faster one.
   *
   * @param front from the slowest to the fastest; each loses more than the ones before
   * @param count how many, at least 2; all if there are fewer
   */
  public static List<Choice> thinned(List<Choice> front, int count) {
    List<Choice> kept = new ArrayList<>(front);
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

  /** What is lost without a choice, summed over the budgets of time that it serves. */
  private static double worth(List<Choice> kept, int at) {
    Choice own = kept.get(at);
    return (kept.get(at + 1).loss - own.loss) * (kept.get(at - 1).millis - own.millis);
  }
}
