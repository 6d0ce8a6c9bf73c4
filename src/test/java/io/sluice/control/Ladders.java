package io.sluice.control;

import io.sluice.control.TimeTable.Line;
import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.List;

/** Small ladders and tables for tests: 32 experts, 3 decoder and 5 encoder layers. */
public final class Ladders {
  private static final int TOTAL = 32;

  private Ladders() {}

  /** Levels at 32, 24, 16, 8 and 4 experts, losing 0, 0.2, 0.6, 2 and 6 BLEU points. */
  public static ServiceLadder five() {
    TimeTable times = times();
    double full = times.millis(level(0, 32, 0, 1), BatchWork.TYPICAL);
    int[] experts = {32, 24, 16, 8, 4};
    double[] losses = {0, 0.2, 0.6, 2, 6};
    List<ServiceLevel> levels = new ArrayList<>();
    for (int i = 0; i < experts.length; i++) {
      double cost = times.millis(level(i, experts[i], losses[i], 1), BatchWork.TYPICAL) / full;
      levels.add(level(i, experts[i], losses[i], cost));
    }
    return new ServiceLadder(levels, TOTAL, TOTAL);
  }

  /** Half of the experts save about a fifth of a batch's 130 ms, a quarter about a third. */
  public static TimeTable times() {
    return new TimeTable(
        List.of(
            new Line(RoutingMode.TOKEN, 4, 0.5, 0.03),
            new Line(RoutingMode.DENSE, TOTAL, 0.5, 0.1)),
        List.of(
            new Line(RoutingMode.TOKEN, 4, 0.5, 0.07),
            new Line(RoutingMode.DENSE, TOTAL, 0.5, 0.12)),
        new Line(RoutingMode.DENSE, 0, 0.1, 0.02),
        TOTAL,
        TOTAL);
  }

  /** A level with the same number of experts everywhere. */
  public static ServiceLevel level(int number, int experts, double loss, double cost) {
    return new ServiceLevel(
        number,
        List.of(experts, experts, experts),
        List.of(experts, experts, experts, experts, experts),
        experts == TOTAL ? RoutingMode.DENSE : RoutingMode.TOKEN,
        1,
        false,
        cost,
        loss,
        0.1 * number,
        0.2,
        loss / 20);
  }
}
