package io.sluice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.tensor.Kernels;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AttentionTest {
  private static final int HEADS = 2;
  private static final int HEAD_WIDTH = 6;
  private static final int WIDTH = HEADS * HEAD_WIDTH;

  @Property(tries = 200)
  void shouldAttendToKeysAsTheyWereKept(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int length,
      @ForAll boolean oneByOne,
      @ForAll boolean pairs,
      @ForAll @IntRange(max = 3) int from) {
    Random random = new Random(seed);
    Attention attention = new Attention(Kernels.scalar(), HEADS, HEAD_WIDTH, pairs);
    int stride = 2 * WIDTH; // keys and values side by side
    float[] projected = normal(random, length * stride);
    float[] query = normal(random, WIDTH);
    int width = attention.keptWidth();
    float[] packed = new float[attention.packedScratch(length)];
    float[] values = new float[length * width];
    float[] keys = new float[from + Attention.capacity(length) * width];
    attention.keepValues(projected, WIDTH, stride, length, values, 0);
    for (int t = 0; t < length && oneByOne; t++) {
      attention.keepKey(projected, t * stride, t, keys, from, packed);
    }
    if (!oneByOne) {
      attention.keepKeys(projected, 0, stride, length, keys, from, packed);
    }

    float[] out = new float[WIDTH];
    float[] scratch = new float[attention.scratch(length)];
    attention.attend(query, 0, keys, from, values, 0, length, out, 0, scratch, null);

    if (pairs) {
      roundToHalves(projected);
    }
    for (int head = 0; head < HEADS; head++) {
      float[] expected = expected(query, projected, length, head * HEAD_WIDTH);
      for (int d = 0; d < HEAD_WIDTH; d++) {
        assertThat(out[head * HEAD_WIDTH + d]).isCloseTo(expected[d], within(1e-5f));
      }
    }
  }

  /** What is left of values that were kept as bfloat16: 8 bits of mantissa. */
  private static void roundToHalves(float[] x) {
    for (int i = 0; i < x.length; i++) {
      float unit = Math.ulp(x[i]) * (1 << 16);
      x[i] = (float) (Math.rint((double) x[i] / unit) * unit);
    }
  }

  @Test
  void shouldRefuseToPairTheValuesOfAnOddHead() {
    assertThatThrownBy(() -> new Attention(Kernels.scalar(), 2, 5, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Vaswani et al. 2017, equation 1, of one head. */
  private static float[] expected(float[] query, float[] projected, int length, int first) {
    double[] weights = new double[length];
    double sum = 0;
    for (int t = 0; t < length; t++) {
      double score = 0;
      for (int d = first; d < first + HEAD_WIDTH; d++) {
        score += query[d] * projected[t * 2 * WIDTH + d];
      }
      weights[t] = Math.exp(score / Math.sqrt(HEAD_WIDTH));
      sum += weights[t];
    }
    float[] mixed = new float[HEAD_WIDTH];
    for (int d = 0; d < HEAD_WIDTH; d++) {
      double value = 0;
      for (int t = 0; t < length; t++) {
        value += weights[t] / sum * projected[t * 2 * WIDTH + WIDTH + first + d];
      }
      mixed[d] = (float) value;
    }
    return mixed;
  }

  private static float[] normal(Random random, int length) {
    float[] drawn = new float[length];
    for (int i = 0; i < length; i++) {
      drawn[i] = (float) random.nextGaussian();
    }
    return drawn;
  }
}
