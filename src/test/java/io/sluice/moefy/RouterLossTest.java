package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.testing.ExpertBundles;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouterLossTest {
  private static final int EXPERTS = 6;

  @Test
  void shouldGiveTheGradientOfItsLoss() {
    Random random = new Random(3);
    float[] target = new float[EXPERTS];
    for (int e = 0; e < EXPERTS; e++) {
      target[e] = 2 * random.nextFloat();
    }
    float[] score = ExpertBundles.normal(random, EXPERTS, 1.5f);
    float[] gradient = new float[EXPERTS];
    var unused = RouterLoss.row(target, score, 0, EXPERTS, gradient);

    for (int e = 0; e < EXPERTS; e++) {
      double step = 1e-2;
      double slope =
          (lossWith(target, score, e, step) - lossWith(target, score, e, -step)) / (2 * step);
      assertThat((double) gradient[e]).isCloseTo(slope, within(1e-3));
    }
  }

  @Test
  void shouldBeLowestAtTheTargetsRanking() {
    float[] target = {0.1f, 1.5f, 0.2f, 0.1f, 0.1f, 0.1f};
    float[] right = target.clone();
    float[] swapped = {1.5f, 0.1f, 0.2f, 0.1f, 0.1f, 0.1f};

    assertThat(RouterLoss.row(target, right, 0, EXPERTS, new float[EXPERTS]))
        .isLessThan(RouterLoss.row(target, swapped, 0, EXPERTS, new float[EXPERTS]));
  }

  private static float lossWith(float[] target, float[] score, int expert, double change) {
    float[] changed = score.clone();
    changed[expert] += (float) change;
    return RouterLoss.row(target, changed, 0, EXPERTS, new float[EXPERTS]);
  }
}
