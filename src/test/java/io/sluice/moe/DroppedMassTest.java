package io.sluice.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DroppedMassTest {
  @Test
  void shouldSquareTheScoresOfARouterAndCountNothingForNegativeOnes() {
    float[] scores = {9, 1, 2, -5, 3}; // the row begins at 1
    byte[] chosen = {0, 0, 0, 1, 0, 0, 1};

    assertThat(DroppedMass.ofRow(scores, 1, 4, chosen, 3)).isCloseTo(4f / 14, within(1e-6f));
  }

  @Test
  void shouldBeZeroWhereARouterExpectsNothing() {
    assertThat(DroppedMass.ofRow(new float[] {-1, 0}, 0, 2, new byte[2], 0)).isZero();
    assertThat(DroppedMass.ofPrefixes(new float[4], new int[] {0, 1}, 2)).containsOnly(0f);
  }

  @Test
  void shouldFallFromAllToNothingAlongAnOrder() {
    float[] means = {1, 0, 2, 3, 4, 0}; // experts of two neurons: 1, 5, 4

    assertThat(DroppedMass.ofPrefixes(means, new int[] {1, 2, 0}, 2))
        .containsExactly(new float[] {1, 0.5f, 0.1f, 0}, within(1e-6f));
  }
}
