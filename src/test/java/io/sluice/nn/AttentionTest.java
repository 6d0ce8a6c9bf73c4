package io.sluice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.tensor.Kernels;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AttentionTest {
  private static final int HEADS = 2;
  private static final int HEAD_WIDTH = 5;
  private static final int WIDTH = HEADS * HEAD_WIDTH;

  @Property(tries = 200)
  void shouldAttendToKeysAsTheyWereKept(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int length,
      @ForAll boolean oneByOne,
      @ForAll @IntRange(max = 3) int from) {
    Random random = new Random(seed);
    Attention attention = new Attention(Kernels.scalar(), HEADS, HEAD_WIDTH);
    int stride = 2 * WIDTH; // keys and values side by side
    float[] projected = normal(random, length * stride);
    float[] query = normal(random, WIDTH);
    float[] values = new float[length * WIDTH];
    float[] keys = new float[from + Attention.capacity(length) * WIDTH];
    for (int t = 0; t < length; t++) {
      System.arraycopy(projected, t * stride + WIDTH, values, t * WIDTH, WIDTH);
      if (oneByOne) {
        attention.keepKey(projected, t * stride, t, keys, from);
      }
    }
    if (!oneByOne) {
      attention.keepKeys(projected, 0, stride, length, keys, from);
    }

    float[] out = new float[WIDTH];
    float[] scratch = new float[attention.scratch(length)];
    attention.attend(query, 0, keys, from, values, 0, length, out, 0, scratch, null);

    for (int head = 0; head < HEADS; head++) {
      float[] expected = expected(query, projected, length, head * HEAD_WIDTH);
      for (int d = 0; d < HEAD_WIDTH; d++) {
        assertThat(out[head * HEAD_WIDTH + d]).isCloseTo(expected[d], within(1e-5f));
      }
    }
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
