package io.sluice.moe;

import static io.sluice.testing.ExpertBundles.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.nn.Linear;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One plan for all layers. */
class JointPlansTest {
  private static final int FEATURES = 9;
  private static final int PLANS = 5;
  private static final int LAYERS = 3;
  private static final int SENTENCES = 40;
  private static final MatrixBackend BACKEND = new Nd4jBackend();

  private final Random random = new Random(8);
  private final Workspace workspace = new Workspace();
  private final float[][] weights = new float[LAYERS][];
  private final float[][] biases = new float[LAYERS][];
  private final float[] features = normal(random, SENTENCES * FEATURES, 1);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @Test
  void shouldChooseThePlanWithTheHighestSumOverTheLayers() {
    int[] chosen = plans().choose(features, SENTENCES, workspace);

    int differ = 0; // where the first layer alone would choose another
    for (int s = 0; s < SENTENCES; s++) {
      double[] sums = new double[PLANS];
      double[] first = new double[PLANS];
      for (int layer = 0; layer < LAYERS; layer++) {
        for (int plan = 0; plan < PLANS; plan++) {
          double score = biases[layer][plan];
          for (int i = 0; i < FEATURES; i++) {
            score += weights[layer][plan * FEATURES + i] * features[s * FEATURES + i];
          }
          sums[plan] += score;
          first[plan] += layer == 0 ? score : 0;
        }
      }
      assertThat(sums[chosen[s]]).isEqualTo(Arrays.stream(sums).max().orElseThrow());
      differ += first[chosen[s]] < Arrays.stream(first).max().orElseThrow() ? 1 : 0;
    }
    assertThat(differ).isPositive();
    assertThat(Arrays.stream(chosen).distinct().count()).isGreaterThan(1);
  }

  @Test
  void shouldChooseTheSameForASentenceInAnyBatch() {
    JointPlans plans = plans();
    int[] together = plans.choose(features, SENTENCES, workspace);

    for (int size : new int[] {1, 3, 16}) {
      for (int from = 0; from + size <= SENTENCES; from += size) {
        float[] some = Arrays.copyOfRange(features, from * FEATURES, (from + size) * FEATURES);
        assertThat(plans.choose(some, size, workspace))
            .isEqualTo(Arrays.copyOfRange(together, from, from + size));
      }
    }
  }

  @Test
  void shouldChooseTheLowerNumberWhenSumsAreEqual() {
    // exact in float32: 1 + 2 = 2 + 1 > 0 + 0
    JointPlans plans =
        new JointPlans(
            List.of(
                layer(new float[3 * FEATURES], new float[] {0, 1, 2}),
                layer(new float[3 * FEATURES], new float[] {0, 2, 1})));

    assertThat(plans.choose(features, 2, workspace)).containsExactly(1, 1);
  }

  @Test
  void shouldRefuseLayersWithDifferentNumbersOfPlans() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new JointPlans(
                    List.of(
                        layer(new float[2 * FEATURES], new float[2]),
                        layer(new float[3 * FEATURES], new float[3]))))
        .withMessage("one layer has 2 plans, another 3");
  }

  private JointPlans plans() {
    ExpertPlans[] layers = new ExpertPlans[LAYERS];
    for (int layer = 0; layer < LAYERS; layer++) {
      weights[layer] = normal(random, PLANS * FEATURES, 1);
      biases[layer] = normal(random, PLANS, 1);
      layers[layer] = layer(weights[layer], biases[layer]);
    }
    return new JointPlans(List.of(layers));
  }

  private static ExpertPlans layer(float[] weight, float[] bias) {
    int[][] orders = new int[bias.length][];
    Arrays.fill(orders, new int[] {0, 1});
    return new ExpertPlans(orders, new Linear(BACKEND, weight, bias), new float[bias.length][4]);
  }
}
