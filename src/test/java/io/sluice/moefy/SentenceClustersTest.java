package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Three planted kinds of sentences, which love other experts in each of two layers. */
class SentenceClustersTest {
  private static final int EXPERTS = 8;
  private static final int KINDS = 3;
  private static final int SENTENCES = 300;
  private static final int[][] LOVED = {{0, 2, 4}, {7, 1, 3}}; // by layer and kind

  @Test
  void shouldGiveAKindTheSameNumberInEveryLayer() {
    List<PlanSet> plans = SentenceClusters.plans(shares(), KINDS, 9);

    Set<Integer> found = new HashSet<>();
    for (int plan = 0; plan < KINDS; plan++) {
      int first = plans.get(0).orders()[plan][0];
      int kind = first / 2;
      assertThat(first).isEqualTo(LOVED[0][kind]);
      assertThat(plans.get(1).orders()[plan][0]).isEqualTo(LOVED[1][kind]);
      found.add(kind);
      for (PlanSet layer : plans) {
        assertThat(layer.orders()[plan]).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
      }
    }
    assertThat(found).hasSize(KINDS);
  }

  @Test
  void shouldLearnTheSamePlansFromTheSameSeed() {
    List<PlanSet> one = SentenceClusters.plans(shares(), KINDS, 9);
    List<PlanSet> two = SentenceClusters.plans(shares(), KINDS, 9);

    for (int layer = 0; layer < one.size(); layer++) {
      assertThat(one.get(layer).orders()).isDeepEqualTo(two.get(layer).orders());
    }
  }

  @Test
  void shouldSumWhatAPlanIsWorthOverTheLayers() {
    List<float[][]> shares = shares();
    List<PlanSet> plans = SentenceClusters.plans(shares, KINDS, 9);

    double[] sums = SentenceClusters.worths(plans, shares, 5);

    for (int plan = 0; plan < KINDS; plan++) {
      double expected =
          plans.get(0).worths(shares.get(0)[5])[plan] + plans.get(1).worths(shares.get(1)[5])[plan];
      assertThat(sums[plan]).isCloseTo(expected, within(1e-9));
    }
  }

  /** By layer, sentence and expert. */
  private static List<float[][]> shares() {
    Random random = new Random(2);
    List<float[][]> shares = List.of(new float[SENTENCES][EXPERTS], new float[SENTENCES][EXPERTS]);
    for (int layer = 0; layer < LOVED.length; layer++) {
      for (float[] row : shares.get(layer)) {
        Arrays.fill(row, 1);
      }
      for (int s = 0; s < SENTENCES; s++) {
        float[] row = shares.get(layer)[s];
        row[LOVED[layer][s % KINDS]] = 8;
        float total = 0;
        for (int e = 0; e < EXPERTS; e++) {
          row[e] *= 0.5f + random.nextFloat();
          total += row[e];
        }
        for (int e = 0; e < EXPERTS; e++) {
          row[e] /= total;
        }
      }
    }
    return shares;
  }
}
