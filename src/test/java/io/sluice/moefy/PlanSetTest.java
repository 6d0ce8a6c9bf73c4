package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanSetTest {
  private static final int EXPERTS = 8;
  private static final int KINDS = 3;
  private static final int SENTENCES = 300;

  @Test
  void shouldSayWhatAPlanIsWorth() {
    PlanSet plans = new PlanSet(new int[][] {{0, 1, 2, 3, 4, 5, 6, 7}, {7, 6, 5, 4, 3, 2, 1, 0}});
    float[] shares = {.5f, .2f, .1f, .1f, .05f, .05f, 0, 0};

    // the first eighth holds .5, the first quarter .7, the first half .9
    assertThat(plans.worths(shares)[0]).isCloseTo(2.1, within(1e-6));
    assertThat(plans.worths(shares)[1]).isCloseTo(0.1, within(1e-6));
  }

  @Test
  void shouldTeachAGateToChooseTheBestPlan() {
    float[][] shares = shares();
    PlanSet plans = SentenceClusters.plans(List.<float[][]>of(shares), KINDS, 9).get(0);
    float[][] features = new float[SENTENCES][];
    double[][] worths = new double[SENTENCES][];
    Random random = new Random(4);
    for (int s = 0; s < SENTENCES; s++) {
      worths[s] = plans.worths(shares[s]);
      features[s] = new float[5];
      for (int i = 0; i < 5; i++) {
        features[s][i] = (i == s % KINDS ? 1 : 0) + 0.1f * (float) random.nextGaussian();
      }
    }

    PlanGate gate = PlanGate.fit(features, worths);

    int right = 0;
    for (int s = 0; s < SENTENCES; s++) {
      double best = Arrays.stream(worths[s]).max().orElseThrow();
      double[] scores = new double[KINDS];
      gate.addScores(features[s], scores);
      int chosen = 0;
      for (int plan = 1; plan < KINDS; plan++) {
        chosen = scores[plan] > scores[chosen] ? plan : chosen;
      }
      right += worths[s][chosen] == best ? 1 : 0;
    }
    assertThat(right).isGreaterThan(SENTENCES * 95 / 100);
  }

  /** Kind i loves experts 2i and, less, 2i + 1. */
  private static float[][] shares() {
    Random random = new Random(2);
    float[][] shares = new float[SENTENCES][EXPERTS];
    for (int s = 0; s < SENTENCES; s++) {
      float total = 0;
      for (int e = 0; e < EXPERTS; e++) {
        float love = e == 2 * (s % KINDS) ? 8 : e == 2 * (s % KINDS) + 1 ? 4 : 1;
        shares[s][e] = love * (0.5f + random.nextFloat());
        total += shares[s][e];
      }
      for (int e = 0; e < EXPERTS; e++) {
        shares[s][e] /= total;
      }
    }
    return shares;
  }
}
