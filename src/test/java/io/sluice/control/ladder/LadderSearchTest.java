package io.sluice.control.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.ladder.LadderSearch.Choice;
import io.sluice.control.ladder.LayerOptions.Option;
import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LadderSearchTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldFindWhatTryingAllFindsWhenTimesAreWholeNumbers(long seed) {
    Random random = new Random(seed);
    List<LayerOptions> layers = new ArrayList<>();
    int most = 0;
    int least = 0;
    for (int layer = 0; layer < 4; layer++) {
      List<Option> options = new ArrayList<>();
      int slowest = 0;
      int fastest = Integer.MAX_VALUE;
      for (int experts = 1; experts <= 5; experts++) {
        int millis = 1 + random.nextInt(12);
        slowest = Math.max(slowest, millis);
        fastest = Math.min(fastest, millis);
        options.add(new Option(experts, millis, random.nextDouble()));
      }
      most += slowest;
      least += fastest;
      layers.add(new LayerOptions(options));
    }

    List<Choice> front = LadderSearch.front(RoutingMode.TOKEN, layers, most - least);

    for (int budget = least; budget <= most; budget++) {
      double limit = budget;
      double found =
          front.stream()
              .filter(choice -> choice.millis() <= limit + 1e-9)
              .mapToDouble(Choice::loss)
              .min()
              .orElseThrow();
      assertThat(found).isCloseTo(best(layers, 0, budget), within());
    }
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-9);
  }

  /** The least loss within a budget, by trying everything. */
  private static double best(List<LayerOptions> layers, int layer, double budget) {
    if (budget < 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (layer == layers.size()) {
      return 0;
    }
    double best = Double.POSITIVE_INFINITY;
    for (Option option : layers.get(layer).options()) {
      best = Math.min(best, option.loss() + best(layers, layer + 1, budget - option.millis()));
    }
    return best;
  }

  @Test
  void shouldKeepBothEndsWhenAFrontIsThinned() {
    List<Choice> front = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      front.add(new Choice(RoutingMode.TOKEN, List.of(i), 100 - i, i));
    }

    List<Choice> chosen = LadderSearch.thinned(front, 8);

    assertThat(chosen).hasSize(8).startsWith(front.get(0)).endsWith(front.get(49));
  }

  @Test
  void shouldLeaveOutFirstWhatTheNextFasterOneReplacesAtTheLeastLoss() {
    Choice full = new Choice(RoutingMode.DENSE, List.of(8), 0, 0);
    Choice near = new Choice(RoutingMode.STATIC, List.of(7), -1, 0.1);
    Choice alone = new Choice(RoutingMode.STATIC, List.of(6), -2, 0.6); // far from any other
    Choice good = new Choice(RoutingMode.STATIC, List.of(4), -4, 0.8);
    Choice twin = new Choice(RoutingMode.STATIC, List.of(2), -4.1, 0.85);
    List<Choice> front = List.of(full, near, alone, good, twin);

    assertThat(LadderSearch.thinned(front, 5)).isEqualTo(front);
    assertThat(LadderSearch.thinned(front, 4)).containsExactly(full, near, alone, twin);
    assertThat(LadderSearch.thinned(front, 2)).containsExactly(full, twin);
  }

  @Test
  void shouldTakeOfEachModeWhatNoOtherBeats() {
    Choice full = new Choice(RoutingMode.TOKEN, List.of(8), 0, 0);
    Choice good = new Choice(RoutingMode.TOKEN, List.of(4), -1, 0.1);
    Choice beaten = new Choice(RoutingMode.TOKEN, List.of(2), -2, 0.4);
    Choice fast = new Choice(RoutingMode.STATIC, List.of(4), -3, 0.3);
    Choice alsoFull = new Choice(RoutingMode.STATIC, List.of(8), 0, 0);

    assertThat(LadderSearch.merge(List.of(List.of(full, good, beaten), List.of(alsoFull, fast))))
        .containsExactly(full, good, fast);
  }

  @Test
  void shouldRecoverACurveFromItsPoints() {
    double[] x = {0, 0.02, 0.05, 0.1, 0.3};
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = 7 * x[i] + 20 * x[i] * x[i];
    }

    LossCurve curve = LossCurve.fit(x, y);

    assertThat(curve.linear()).isCloseTo(7, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(curve.at(0.2)).isCloseTo(2.2, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(curve.at(-1)).isZero();
  }

  @Test
  void shouldNeverFallWhenPointsAreNoisy() {
    LossCurve curve = LossCurve.fit(new double[] {0, 0.1, 0.2}, new double[] {0, 0.5, 0.3});

    assertThat(curve.linear()).isNotNegative();
    assertThat(curve.quadratic()).isNotNegative();
    assertThat(curve.at(0.2)).isGreaterThan(curve.at(0.1));
  }
}
