package io.sluice.batching;

import io.sluice.domain.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * In which order waiting texts should go: interactive before standard before bulk, without ever
 * turning the order of a key around. A text lends its urgency to all earlier texts of its key,
 * which it has to wait for. Who waits rises by one class each ageing time, so that nobody starves.
 * Pure functions.
 *
 * @param ageing waiting time that is worth one class
 */
public record Urgency(Duration ageing) {
  /** One class in five seconds: a bulk text is at most ten seconds behind an interactive one. */
  public static final Urgency DEFAULT = new Urgency(Duration.ofSeconds(5));

  public Urgency {
    if (ageing.isZero() || ageing.isNegative()) {
      throw new IllegalArgumentException("ageing must be positive: " + ageing);
    }
  }

  /**
   * A waiting text.
   *
   * @param key of its record; null: none, it waits for nobody
   * @param priority asked for
   * @param waitedNanos since it was admitted
   * @param deadlineInNanos time left until its deadline; may be negative
   */
  public record Waiting(
      Object key, Priority priority, long waitedNanos, OptionalLong deadlineInNanos) {

    /** True if its deadline has passed: it is not translated, its outcome is EXPIRED. */
    public boolean expired() {
      return deadlineInNanos.isPresent() && deadlineInNanos.getAsLong() < 0;
    }
  }

  /**
   * The order.
   *
   * @param waiting in the order of arrival
   * @return indices, the most urgent first; equally urgent ones in the order of arrival
   */
  public List<Integer> order(List<Waiting> waiting) {
    double[] urgency = new double[waiting.size()];
    Map<Object, Double> lent = new HashMap<>();
    for (int i = waiting.size() - 1; i >= 0; i--) {
      Waiting each = waiting.get(i);
      urgency[i] = own(each);
      if (each.key != null) {
        urgency[i] = lent.merge(each.key, urgency[i], Math::max);
      }
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < waiting.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble((Integer i) -> -urgency[i]).thenComparingInt(i -> i));
    return order;
  }

  /** Classes above fresh bulk. */
  private double own(Waiting text) {
    int rank = Priority.values().length - 1 - text.priority.ordinal();
    return rank + (double) text.waitedNanos / ageing.toNanos();
  }
}
