package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoActivationTest {
  private static final int NEURONS = 70;
  private static final int TOKENS = 5000; // more than a chunk, and not whole words

  private final float[] activations = randomActivations();

  @Test
  void shouldCountPairsAsOneByOneWhenStreamed() {
    CoActivation.Counter counter = new CoActivation.Counter(NEURONS);
    int half = 1234;
    counter.add(activations, half);
    float[] rest = java.util.Arrays.copyOfRange(activations, half * NEURONS, activations.length);
    counter.add(rest, TOKENS - half);

    CoActivation counts = counter.result();

    assertThat(counts.tokens()).isEqualTo(TOKENS);
    for (int i = 0; i < NEURONS; i++) {
      for (int j = 0; j < NEURONS; j++) {
        assertThat(counts.together(i, j)).as("%d, %d", i, j).isEqualTo(oneByOne(i, j));
      }
      assertThat(counts.count(i)).isEqualTo(oneByOne(i, i));
    }
  }

  @Test
  void shouldCountTheSameWhenGivenABitSet() {
    ActivationBits bits = new ActivationBits(NEURONS, TOKENS);
    for (int token = 0; token < TOKENS; token++) {
      assertThat(bits.add(activations, token * NEURONS)).isTrue();
    }

    assertThat(bits.full()).isTrue();
    assertThat(bits.add(activations, 0)).isFalse();
    assertThat(bits.fires(3, 77)).isEqualTo(activations[77 * NEURONS + 3] > 0);
    assertThat(CoActivation.of(bits).together(3, 9)).isEqualTo(oneByOne(3, 9));
    assertThat(CoActivation.of(bits).tokens()).isEqualTo(TOKENS);
  }

  @Test
  void shouldGoOnCountingWhenTheResultWasTaken() {
    CoActivation.Counter counter = new CoActivation.Counter(2);
    counter.add(new float[] {1, 1}, 1);
    CoActivation before = counter.result();
    counter.add(new float[] {1, 2, 3, 0}, 2);

    assertThat(before.together(0, 1)).isEqualTo(1);
    assertThat(counter.result().together(1, 0)).isEqualTo(2);
    assertThat(counter.result().tokens()).isEqualTo(3);
  }

  @Test
  void shouldRenumberWhenRestricted() {
    CoActivation.Counter counter = new CoActivation.Counter(3);
    counter.add(new float[] {1, 0, 1, 1, 1, 0, 1, 0, 1}, 3);

    CoActivation part = counter.result().restrictedTo(new int[] {2, 0});

    assertThat(part.neurons()).isEqualTo(2);
    assertThat(part.count(0)).isEqualTo(2);
    assertThat(part.count(1)).isEqualTo(3);
    assertThat(part.together(0, 1)).isEqualTo(2);
  }

  private int oneByOne(int i, int j) {
    int count = 0;
    for (int token = 0; token < TOKENS; token++) {
      if (activations[token * NEURONS + i] > 0 && activations[token * NEURONS + j] > 0) {
        count++;
      }
    }
    return count;
  }

  private static float[] randomActivations() {
    SplittableRandom random = new SplittableRandom(5);
    float[] values = new float[NEURONS * TOKENS];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < 0.2 ? (float) random.nextDouble() + 0.1f : 0f;
    }
    return values;
  }
}
