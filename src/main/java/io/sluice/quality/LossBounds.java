package io.sluice.quality;

import io.sluice.domain.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The distances that nine of ten degraded texts stay within, refreshed by what is measured while
 * the application runs: texts of its users may lose more or less than those that a level was fitted
 * on. Begins with the bounds of the fit. A bound moves up a little with each text beyond it and
 * down a ninth of that with each text within (Robbins and Monro 1951, "A Stochastic Approximation
 * Method"), less and less, but never so little that it could not follow its users. Thread-safe.
 */
public final class LossBounds {
  private static final double WITHIN = 0.9;
  private static final double FIRST_STEP = 0.2;
  private static final double LEAST_STEP = 0.01;

  private final List<Integer> seen = new ArrayList<>();
  private ExpectedLoss loss;

  /**
   * Bounds as they were fitted.
   *
   * @param loss of the levels of a ladder
   */
  public LossBounds(ExpectedLoss loss) {
    this.loss = loss;
    loss.levels().forEach(level -> seen.add(0));
  }

  /**
   * A degraded text was compared; nothing where its level is not known.
   *
   * @param routing which experts ran
   * @param distance chrF distance to the text at full quality, 0 to 1
   */
  public synchronized void observe(Routing routing, double distance) {
    loss.level(routing).ifPresent(level -> observe(level, distance));
  }

  private void observe(ExpectedLoss.Level level, double distance) {
    int place = loss.levels().indexOf(level);
    int count = seen.get(place) + 1;
    seen.set(place, count);
    double step = Math.max(LEAST_STEP, FIRST_STEP / count);
    double bound =
        level.fit().bound() + step * (WITHIN - (distance <= level.fit().bound() ? 1 : 0));
    loss = loss.withBound(level, Math.max(0, Math.min(1, bound)));
  }

  /** The bound of texts that ran so; empty if every expert ran or nothing is known. */
  public synchronized OptionalDouble bound(Routing routing) {
    return loss.level(routing).stream().mapToDouble(level -> level.fit().bound()).findFirst();
  }
}
