package io.sluice.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assumptions;

/** Vector kernels against plain Java, on sizes that are no multiple of anything. */
class KernelsTest {
  private static final Kernels SCALAR = Kernels.scalar();
  private static final float NEAR = 2e-6f;

  private final Kernels vector = vector();

  private static Kernels vector() {
    Assumptions.assumeTrue(
        KernelChoice.vectorPresent(), "needs --add-modules jdk.incubator.vector");
    return KernelChoice.of(KernelChoice.Request.VECTOR);
  }

  @Property(tries = 200)
  void shouldAddAndClipAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll @IntRange(min = 1, max = 100) int width) {
    Random random = new Random(seed);
    float[] bias = normal(random, width + 3);
    float[] y = normal(random, rows * width);
    float[] narrow = Arrays.copyOf(bias, width);
    y[y.length - 1] = Float.NaN;

    compareExactly(y, rows, (kernels, values) -> kernels.addBias(values, rows, narrow));
    compareExactly(y, rows, (kernels, values) -> kernels.addBiasRelu(values, rows, bias, 3, width));
    compareExactly(y, rows, (kernels, values) -> kernels.addInPlace(values, y, rows * width));
  }

  @Property(tries = 200)
  void shouldNormaliseAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll @IntRange(min = 1, max = 100) int width) {
    Random random = new Random(seed);
    float[] x = normal(random, rows * width);
    float[] gain = normal(random, width);
    float[] bias = normal(random, width);
    float[] expected = new float[x.length];
    float[] actual = new float[x.length];

    SCALAR.layerNorm(x, rows, gain, bias, 1e-5f, expected);
    vector.layerNorm(x, rows, gain, bias, 1e-5f, actual);

    // the smaller the variance, the more of the rounding shows
    assertThat(actual).containsExactly(expected, within(2e-5f));
  }

  @Property(tries = 100)
  void shouldNormaliseARowTheSameWhateverTheOthersAre(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int width) {
    Random random = new Random(seed);
    float[] gain = normal(random, width);
    float[] bias = normal(random, width);
    float[] row = normal(random, width);
    float[] rows = normal(random, 3 * width);
    System.arraycopy(row, 0, rows, width, width);

    vector.layerNorm(row, 1, gain, bias, 1e-5f, row);
    vector.layerNorm(rows, 3, gain, bias, 1e-5f, rows);

    assertThat(Arrays.copyOfRange(rows, width, 2 * width)).containsExactly(row);
  }

  @Property(tries = 300)
  void shouldQuantiseAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 100) int length,
      @ForAll @IntRange(max = 255) int zero) {
    float[] x = normal(new Random(seed), length + 2);
    x[2] = 1e30f;
    x[x.length - 1] = Float.NEGATIVE_INFINITY;
    Quantisation quantisation = new Quantisation(0.02f, zero);
    byte[] expected = new byte[length];
    byte[] actual = new byte[length];

    SCALAR.quantise(x, 2, length, quantisation, expected);
    vector.quantise(x, 2, length, quantisation, actual);

    assertThat(actual).containsExactly(expected);
    for (Kernels kernels : new Kernels[] {SCALAR, vector}) {
      float[] values = new float[length];
      kernels.quantiseToFloats(x, 2, length, quantisation, values);
      for (int i = 0; i < length; i++) {
        assertThat(values[i]).as(kernels.name()).isEqualTo(expected[i] & 0xff);
      }
    }
    for (int i = 0; i < length; i++) {
      double byItsMeaning = Math.rint(x[i + 2] * (1f / 0.02f) + zero);
      assertThat(actual[i] & 0xff).isEqualTo((int) Math.max(0, Math.min(255, byItsMeaning)));
    }
  }

  @Property(tries = 200)
  void shouldSquashAsPlainJavaDoes(@ForAll long seed, @ForAll @IntRange(max = 100) int length) {
    float[] x = normal(new Random(seed), length);
    for (int i = 0; i < length; i++) {
      x[i] *= 20f * i / length;
    }
    float[] expected = x.clone();
    SCALAR.tanhInPlace(expected, length);
    vector.tanhInPlace(x, length);

    assertThat(x).containsExactly(expected, within(1e-6f));
  }

  @Property(tries = 200)
  void shouldTakeTheSoftmaxAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 100) int length,
      @ForAll @IntRange(max = 20) int from) {
    float[] x = normal(new Random(seed), from + length + 3);
    for (int i = 0; i < x.length; i++) {
      x[i] *= i % 7 == 0 ? 60 : 1; // some are so far off that nothing is left of them
    }
    float[] expected = x.clone();
    SCALAR.softmaxInPlace(expected, from, length);
    vector.softmaxInPlace(x, from, length);

    assertThat(x).containsExactly(expected, within(NEAR));
  }

  @Property(tries = 300)
  void shouldAttendAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int heads,
      @ForAll @IntRange(min = 1, max = 70) int headWidth,
      @ForAll @IntRange(min = 1, max = 70) int length) {
    Random random = new Random(seed);
    int width = heads * headWidth;
    float[] query = normal(random, width + 2);
    float[] values = normal(random, length * width + 3);
    float[] keys = normal(random, width * Kernels.padded(length) + 1);
    float[] expected = attend(SCALAR, heads, headWidth, query, keys, values, length);

    int last = (length - 1) / Kernels.BLOCK * Kernels.BLOCK; // first key of the last block
    for (int d = 0; d < width; d++) { // what lies behind the keys has no effect
      int column = 1 + last * width + d * Kernels.BLOCK;
      Arrays.fill(keys, column + length - last, column + Kernels.BLOCK, Float.NaN);
    }
    float[] actual = attend(vector, heads, headWidth, query, keys, values, length);

    assertThat(actual).containsExactly(expected, within(1e-5f));
    for (int d = 0; d < width; d++) {
      int column = 1 + last * width + d * Kernels.BLOCK;
      Arrays.fill(keys, column + length - last, column + Kernels.BLOCK, d % 3 - 1000f);
    }
    assertThat(bits(attend(vector, heads, headWidth, query, keys, values, length)))
        .as("whatever an earlier row left there")
        .isEqualTo(bits(actual));
  }

  @Property(tries = 100)
  void shouldAttendAsPlainJavaDoesWhateverTheScoresAre(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int length,
      @ForAll @IntRange(min = 1, max = 400) int size) {
    int capacity = Kernels.padded(length);
    float[] query = normal(new Random(seed), 130);
    float[] keys = normal(new Random(seed + 1), 128 * capacity + 1);
    float[] values = normal(new Random(seed + 2), length * 128 + 3);
    Arrays.fill(query, 2, 66, size); // one head only; all its scores are far below or above 0
    for (int block = 0; block < capacity; block += Kernels.BLOCK) {
      int from = 1 + block * 128;
      Arrays.fill(keys, from, from + 64 * Kernels.BLOCK, (size % 2 - 0.5f) * 0.1f);
    }

    assertThat(attend(vector, 2, 64, query, keys, values, length))
        .containsExactly(attend(SCALAR, 2, 64, query, keys, values, length), within(1e-5f));
  }

  @Property(tries = 300)
  void shouldAttendToPairsAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int heads,
      @ForAll @IntRange(min = 1, max = 70) int half,
      @ForAll @IntRange(min = 1, max = 70) int length,
      @ForAll @IntRange(min = 1, max = 300) int size) {
    Random random = new Random(seed);
    int width = heads * 2 * half;
    float[] query = normal(random, width + 2);
    Arrays.fill(query, 2, 2 + 2 * half, size / 10f); // of one head; some scores are unusual
    float[] rows = normal(random, length * width);
    float[] expectedPairs = new float[length * width / 2];
    float[] pairs = new float[length * width / 2];
    for (int t = 0; t < length; t++) {
      SCALAR.packPairs(heads, 2 * half, rows, t * width, expectedPairs, t * width / 2);
      vector.packPairs(heads, 2 * half, rows, t * width, pairs, t * width / 2);
    }
    assertThat(bits(pairs)).isEqualTo(bits(expectedPairs));

    float[] keys = new float[Kernels.padded(length) * width / 2];
    Arrays.fill(keys, Float.NaN); // what lies behind the keys has no effect
    for (int t = 0; t < length; t++) {
      for (int p = 0; p < width / 2; p++) {
        int block = t / Kernels.BLOCK * Kernels.BLOCK * width / 2;
        keys[block + p * Kernels.BLOCK + t % Kernels.BLOCK] = pairs[t * width / 2 + p];
      }
    }
    float[] actual = attendPairs(vector, heads, 2 * half, query, keys, pairs, length);
    assertThat(actual)
        .containsExactly(
            attendPairs(SCALAR, heads, 2 * half, query, keys, pairs, length), within(1e-4f));
    for (int i = 0; i < keys.length; i++) {
      keys[i] = Float.isNaN(keys[i]) ? 0f : keys[i];
    }
    assertThat(bits(attendPairs(vector, heads, 2 * half, query, keys, pairs, length)))
        .as("whatever an earlier row left there")
        .isEqualTo(bits(actual));
  }

  private static int[] bits(float[] x) {
    return IntStream.range(0, x.length).map(i -> Float.floatToRawIntBits(x[i])).toArray();
  }

  /** The result, then the sums of the weights. */
  private static float[] attendPairs(
      Kernels kernels,
      int heads,
      int headWidth,
      float[] query,
      float[] keys,
      float[] values,
      int length) {
    int width = heads * headWidth;
    float[] out = new float[width + length];
    float[] sums = new float[length];
    float[] weights = new float[heads * Kernels.padded(length)];
    kernels.attendPairs(
        heads, headWidth, query, 2, keys, 0, values, 0, length, out, 0, weights, sums);
    System.arraycopy(sums, 0, out, width, length);
    return out;
  }

  @Property(tries = 300)
  void shouldAttendWithinASentenceAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 1, max = 140) int headWidth,
      @ForAll @IntRange(min = 1, max = 50) int length) {
    int width = heads * headWidth;
    float[] projected = normal(new Random(seed), length * 3 * width + 2);
    float[] expected = new float[length * width + 4];
    float[] actual = new float[length * width + 4];
    float[] scratch = new float[Kernels.sentenceScratch(headWidth, length)];
    Arrays.fill(scratch, Float.NaN); // whatever an earlier sentence left there

    SCALAR.attendSentence(heads, headWidth, projected, 2, length, expected, 3, scratch.clone());
    vector.attendSentence(heads, headWidth, projected, 2, length, actual, 3, scratch);

    assertThat(actual).containsExactly(expected, within(1e-5f));
  }

  /** The result, then the sums of the weights. */
  private static float[] attend(
      Kernels kernels,
      int heads,
      int headWidth,
      float[] query,
      float[] keys,
      float[] values,
      int length) {
    int width = heads * headWidth;
    float[] out = new float[width + length];
    float[] sums = new float[length];
    float[] weights = new float[heads * Kernels.padded(length)];
    kernels.attend(heads, headWidth, query, 2, keys, 1, values, 3, length, out, 0, weights, sums);
    System.arraycopy(sums, 0, out, width, length);
    return out;
  }

  @Property(tries = 300)
  void shouldAddRowsAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(max = 20) int count,
      @ForAll @IntRange(min = 1, max = 300) int width) {
    Random random = new Random(seed);
    float[] matrix = normal(random, 20 * width);
    float[] factors = normal(random, count);
    int[] rows = random.ints(count, 0, 20).toArray();
    float[] expected = normal(random, width + 1);
    float[] actual = expected.clone();

    SCALAR.addRows(factors, rows, count, matrix, width, expected, 1);
    vector.addRows(factors, rows, count, matrix, width, actual, 1);

    assertThat(actual).containsExactly(expected, within(1e-5f));
  }

  @Property(tries = 300)
  void shouldMultiplySomeRowsAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(max = 27) int count,
      @ForAll @IntRange(min = 1, max = 300) int width) {
    Random random = new Random(seed);
    float[] x = normal(random, width + 2);
    float[] matrix = normal(random, 20 * width);
    int[] rows = random.ints(count, 0, 20).toArray();
    float[] expected = normal(random, count + 4);
    float[] actual = expected.clone();

    SCALAR.multiplyRows(x, 2, matrix, width, rows, expected, 3);
    vector.multiplyRows(x, 2, matrix, width, rows, actual, 3);

    assertThat(actual).containsExactly(expected, within(1e-4f));
  }

  @Property(tries = 300)
  void shouldMultiplyBytesExactly(
      @ForAll long seed,
      @ForAll @IntRange(max = 27) int count,
      @ForAll @IntRange(min = 1, max = 5000) int width,
      @ForAll boolean extreme) {
    Random random = new Random(seed);
    byte[] x = new byte[width];
    byte[] matrix = new byte[20 * width];
    random.nextBytes(x);
    random.nextBytes(matrix);
    if (extreme) { // the largest sums that there are
      Arrays.fill(x, (byte) 255);
      Arrays.fill(matrix, random.nextBoolean() ? Byte.MIN_VALUE : Byte.MAX_VALUE);
    }
    int[] rows = random.ints(count, 0, 20).toArray();
    int[] expected =
        Arrays.stream(rows)
            .map(
                row ->
                    IntStream.range(0, width)
                        .map(k -> (x[k] & 255) * matrix[row * width + k])
                        .sum())
            .toArray();

    for (Kernels kernels : new Kernels[] {SCALAR, vector}) {
      float[] values = new float[width];
      for (int k = 0; k < width; k++) {
        values[k] = x[k] & 255;
      }
      int[] sums = new int[count];
      kernels.multiplyByteRows(values, matrix, width, rows, sums);
      assertThat(sums).as(kernels.name()).isEqualTo(expected);
    }
  }

  private interface InPlace {
    void run(Kernels kernels, float[] values);
  }

  /** Additions are the same in any order of lanes. */
  private void compareExactly(float[] y, int rows, InPlace operation) {
    float[] expected = y.clone();
    float[] actual = y.clone();
    operation.run(SCALAR, expected);
    operation.run(vector, actual);
    assertThat(actual).as("%d rows", rows).containsExactly(expected);
  }

  private static float[] normal(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
