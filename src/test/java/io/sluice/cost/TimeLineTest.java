package io.sluice.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.cost.TimeLine.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeLineTest {

  @Test
  void shouldFindTheCoefficientsWhenTimesLieOnALine() {
    List<Point> points = points(0.8, 0.05, 0);

    TimeLine line = TimeLine.fit(points);

    assertThat(line.fixedMillis()).isCloseTo(0.8, within(1e-9));
    assertThat(line.tokenMillis()).isCloseTo(0.05, within(1e-9));
    assertThat(line.largeError()).isLessThan(1e-9);
    assertThat(line.millis(20, 400)).isCloseTo(36, within(1e-6));
  }

  @Test
  void shouldSayHowFarOffItIsWhenTimesAreNoisy() {
    TimeLine line = TimeLine.fit(points(0.8, 0.05, 0.1));

    assertThat(line.fixedMillis()).isCloseTo(0.8, within(0.08));
    assertThat(line.tokenMillis()).isCloseTo(0.05, within(0.005));
    assertThat(line.medianError()).isBetween(0.02, 0.1);
    assertThat(line.largeError()).isBetween(line.medianError(), 0.2);
  }

  @Test
  void shouldCountSmallBatchesAsMuchAsLargeOnes() {
    // one slow large batch among small ones: relative errors keep the small ones right
    List<Point> points = new ArrayList<>(points(1, 0.01, 0).subList(0, 10));
    points.add(new Point(20, 2000, 80));

    assertThat(TimeLine.fit(points).fixedMillis()).isCloseTo(1, within(0.1));
  }

  @Test
  void shouldHaveNoNegativeCoefficients() {
    List<Point> falling = List.of(new Point(1, 10, 10), new Point(1, 100, 9), new Point(1, 50, 8));
    List<Point> steep = List.of(new Point(1, 1, 1), new Point(1, 2, 4), new Point(1, 3, 9));

    assertThat(TimeLine.fit(falling).tokenMillis()).isZero();
    assertThat(TimeLine.fit(falling).fixedMillis()).isBetween(8.0, 10.0);
    assertThat(TimeLine.fit(steep).fixedMillis()).isZero();
    assertThat(TimeLine.fit(steep).tokenMillis()).isPositive();
  }

  @Test
  void shouldTakeTokensOnlyWhenStepsAndTokensCannotBeToldApart() {
    TimeLine line = TimeLine.fit(List.of(new Point(5, 5, 10), new Point(8, 8, 16)));

    assertThat(line.millis(6, 6)).isCloseTo(12, within(1e-9));
  }

  @Test
  void shouldRefuseWhenThereAreNoTimes() {
    assertThatThrownBy(() -> TimeLine.fit(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Point> points(double fixed, double token, double noise) {
    Random random = new Random(7);
    List<Point> points = new ArrayList<>();
    for (int rows : new int[] {1, 4, 8, 16, 32}) {
      for (int steps = 5; steps < 30; steps++) {
        double tokens = rows * steps * 0.9;
        double error = 1 + noise * (2 * random.nextDouble() - 1);
        points.add(new Point(steps, tokens, (fixed * steps + token * tokens) * error));
      }
    }
    return points;
  }
}
