package io.sluice.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts sentences of the same plans next to each other. Each layer has plans of its own, so what is
 * grouped is what they are in all layers together; such groups follow each other so that few layers
 * change their plan from one to the next. Pure functions.
 */
final class PlanOrder {
  private PlanOrder() {}

  /**
   * The order.
   *
   * @param plans of each sentence, by layer, shape (S, layers); layers without plans have 0
   * @return numbers of sentences; those of the same plans in the order in which they came
   */
  static int[] of(List<int[]> plans) {
    Map<List<Integer>, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < plans.size(); i++) {
      List<Integer> key = Arrays.stream(plans.get(i)).boxed().toList();
      groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> left = new ArrayList<>(groups.keySet());
    int[] order = new int[plans.size()];
    int count = 0;
    List<Integer> last = null;
    while (!left.isEmpty()) {
      List<Integer> next = left.get(0);
      for (List<Integer> key : left) {
        int nearer = distance(last, next) - distance(last, key);
        int larger = groups.get(key).size() - groups.get(next).size();
        next = nearer > 0 || (nearer == 0 && larger > 0) ? key : next;
      }
      for (int sentence : groups.get(next)) {
        order[count++] = sentence;
      }
      left.remove(next);
      last = next;
    }
    return order;
  }

  /** Layers whose plans differ. */
  private static int distance(List<Integer> from, List<Integer> to) {
    int distance = 0;
    for (int layer = 0; from != null && layer < from.size(); layer++) {
      distance += from.get(layer).equals(to.get(layer)) ? 0 : 1;
    }
    return distance;
  }
}
