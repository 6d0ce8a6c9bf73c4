package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FiringSignaturesTest {
  private final ActivationBits sample = FiringGroups.sample(40, 4, 2000, 6);

  @Test
  void shouldHaveProductsNearTheCorrelations() {
    int width = 4096;
    NeuronFeatures signatures = FiringSignatures.of(sample, width, 1);

    for (int i = 0; i < 40; i += 7) {
      for (int j = 0; j < 40; j += 3) {
        double product = 0;
        for (int k = 0; k < width; k++) {
          product += (double) signatures.value(i, k) * signatures.value(j, k);
        }
        assertThat(product).as("%d, %d", i, j).isCloseTo(correlation(i, j), within(0.08));
      }
    }
  }

  @Test
  void shouldBeZeroWhenANeuronFiresNeverOrAlways() {
    ActivationBits bits = new ActivationBits(3, 100);
    for (int token = 0; token < 100; token++) {
      bits.add(new float[] {0, 1, token % 2}, 0);
    }

    NeuronFeatures signatures = FiringSignatures.of(bits, 4, 1);

    assertThat(signatures.restrictedTo(new int[] {0, 1}).values()).containsOnly(0f);
    assertThat(signatures.restrictedTo(new int[] {2}).values()).doesNotContain(0f);
  }

  @Test
  void shouldBeTheSameWhenTheSeedIsTheSame() {
    float[] first = FiringSignatures.of(sample, 16, 3).values();
    float[] second = FiringSignatures.of(sample, 16, 3).values();

    assertThat(second).isEqualTo(first).isNotEqualTo(FiringSignatures.of(sample, 16, 4).values());
  }

  private double correlation(int i, int j) {
    double n = sample.tokens();
    double first = sample.count(i) / n;
    double second = sample.count(j) / n;
    return (sample.together(i, j) / n - first * second)
        / Math.sqrt(first * (1 - first) * second * (1 - second));
  }
}
