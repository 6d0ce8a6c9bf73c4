package io.sluice.batching;

import io.sluice.domain.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  private static final int BEST = Priority.values().length - 1;

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
   * @param lent classes above that which it was lent earlier, see {@link Place#lent}
   * @param waitedNanos since it was admitted
   */
  public record Waiting(Object key, Priority priority, double lent, long waitedNanos) {}

  /**
   * Where a text stands.
   *
   * @param index of the text among those that wait
   * @param rank the class that it belongs to, the ordinal of a priority; whoever rose or was lent
   *     urgency belongs to the class that it has reached
   * @param lent classes that it stands above its own priority and age: the same at any time, as all
   *     grow older together
   */
  public record Place(int index, int rank, double lent) {}

  /**
   * The order.
   *
   * @param waiting in the order of arrival
   * @return the most urgent first; equally urgent ones in the order of arrival
   */
  public List<Place> order(List<Waiting> waiting) {
    double[] urgency = new double[waiting.size()];
    Map<Object, Double> lent = new HashMap<>();
    for (int i = waiting.size() - 1; i >= 0; i--) {
      Waiting each = waiting.get(i);
      urgency[i] = own(each) + each.lent;
      if (each.key != null) {
        urgency[i] = lent.merge(each.key, urgency[i], Math::max);
      }
    }
    List<Place> order = new ArrayList<>();
    for (int i = 0; i < waiting.size(); i++) {
      double lentNow = Math.max(0, urgency[i] - own(waiting.get(i)));
      order.add(new Place(i, BEST - (int) Math.min(BEST, urgency[i]), lentNow));
    }
    order.sort(
        Comparator.comparingDouble((Place place) -> -urgency[place.index])
            .thenComparingInt(Place::index));
    return order;
  }

  /** Classes above fresh bulk. */
  private double own(Waiting text) {
    int rank = BEST - text.priority.ordinal();
    return rank + (double) text.waitedNanos / ageing.toNanos();
  }
}
