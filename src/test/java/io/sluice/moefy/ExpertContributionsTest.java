package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.moe.ExpertLayer;
import io.sluice.testing.ExpertBundles;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpertContributionsTest {
  private static final int EXPERTS = 3;
  private static final int NEURONS = 15;
  private static final int WIDTH = 7;

  private final Random random = new Random(5);

  @Test
  void shouldBeTheLengthOfWhatTheExpertAddsBeyondItsMean() {
    float[] writes = ExpertBundles.normal(random, NEURONS * WIDTH, 1);
    float[] means = positive(NEURONS, 0.3f);
    ExpertLayer layer =
        new ExpertLayer(
            EXPERTS, 0, new float[writes.length], new float[NEURONS], writes, new float[WIDTH]);
    ExpertContributions contributions = new ExpertContributions(layer, means);
    float[] activations = positive(2 * NEURONS, 1);
    float[] measured = new float[1 + EXPERTS];

    contributions.measure(activations, NEURONS, measured, 1);

    for (int expert = 0; expert < EXPERTS; expert++) {
      assertThat((double) measured[1 + expert])
          .isCloseTo(defined(writes, means, activations, expert), within(1e-4));
    }
  }

  private static double defined(float[] writes, float[] means, float[] activations, int expert) {
    double[] output = new double[WIDTH];
    int size = NEURONS / EXPERTS;
    for (int neuron = expert * size; neuron < (expert + 1) * size; neuron++) {
      for (int d = 0; d < WIDTH; d++) {
        output[d] += (activations[NEURONS + neuron] - means[neuron]) * writes[neuron * WIDTH + d];
      }
    }
    double squares = 0;
    for (double value : output) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /** Half of them 0, as after ReLU. */
  private float[] positive(int length, float deviation) {
    float[] values = ExpertBundles.normal(random, length, deviation);
    for (int i = 0; i < length; i++) {
      values[i] = Math.max(0, values[i]);
    }
    return values;
  }
}
