package io.sluice.tensor;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What lies between the matrix products of a decoder step, at the bundled model's sizes, by vector
 * instructions and in plain Java. With {@code -prof gc}: bytes that a call leaves.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class KernelBenchmark {
  private static final int ROWS = 32;
  private static final int WIDTH = 256;
  private static final int NEURONS = 2048;
  private static final int VOCABULARY = 8259;
  private static final int LENGTH = 12;
  private static final int FIRED = 200;

  /** Which implementation. */
  @Param({"SCALAR", "VECTOR"})
  public KernelChoice.Request kind;

  private final Random random = new Random(3);
  private final float[] x = normal(ROWS * WIDTH);
  private final float[] y = normal(ROWS * WIDTH);
  private final float[] gain = normal(WIDTH);
  private final float[] bias = normal(WIDTH);
  private final float[] hidden = normal(ROWS * NEURONS);
  private final float[] readBias = normal(NEURONS);
  private final float[] logits = normal(VOCABULARY);
  private final float[] keys = normal(WIDTH * Kernels.padded(LENGTH));
  private final float[] values = normal(WIDTH * LENGTH);
  private final float[] pairs = new float[WIDTH / 2 * Kernels.padded(LENGTH)];
  private final float[] weights = new float[WIDTH];
  private final float[] writes = normal(NEURONS * WIDTH);
  private final float[] fired = normal(FIRED);
  private final int[] numbers = random.ints(FIRED, 0, NEURONS).sorted().toArray();
  private final byte[] bytes = new byte[NEURONS * WIDTH];
  private final float[] byteValues = new float[WIDTH];
  private final int[] sums = new int[FIRED];
  private final float[] products = new float[FIRED];
  private final int[] ids = new int[2];
  private final float[] logProbabilities = new float[2];
  private Kernels kernels;

  /** Chooses. */
  @Setup
  public void choose() {
    kernels = KernelChoice.of(kind);
    random.nextBytes(bytes);
    kernels.quantiseToFloats(x, 0, WIDTH, new Quantisation(0.05f, 128), byteValues);
  }

  /** Layer norm of 32 rows. */
  @Benchmark
  public float[] layerNorm() {
    kernels.layerNorm(x, ROWS, gain, bias, 1e-5f, y);
    return y;
  }

  /** Bias of 32 rows. */
  @Benchmark
  public float[] bias() {
    kernels.addBias(y, ROWS, bias);
    return y;
  }

  /** Bias and clipping of 32 rows of neurons. */
  @Benchmark
  public float[] biasRelu() {
    kernels.addBiasRelu(hidden, ROWS, readBias, 0, NEURONS);
    return hidden;
  }

  /** Eight heads of one row over 12 keys. */
  @Benchmark
  public float[] attention() {
    kernels.attend(8, 32, x, 0, keys, 0, values, 0, LENGTH, y, 0, weights, null);
    return y;
  }

  /** Four heads over 12 keys, with keys and values in pairs: what they hold is of no account. */
  @Benchmark
  public float[] attentionToPairs() {
    kernels.attendPairs(4, 64, x, 0, pairs, 0, pairs, 0, LENGTH, y, 0, weights, null);
    return y;
  }

  /** The two best of the vocabulary and their log-probabilities. */
  @Benchmark
  public float[] topTwo() {
    kernels.topLogProbabilities(logits, 0, VOCABULARY, 2, ids, logProbabilities, 0);
    return logProbabilities;
  }

  /** The hidden layer of a router for 32 rows. */
  @Benchmark
  public float[] tanh() {
    kernels.tanhInPlace(x, ROWS * WIDTH / 2);
    return x;
  }

  /** What 200 neurons write. */
  @Benchmark
  public float[] firedNeurons() {
    kernels.addRows(fired, numbers, FIRED, writes, WIDTH, y, 0);
    return y;
  }

  /** The logits of 200 words of one row. */
  @Benchmark
  public float[] ownWords() {
    kernels.multiplyRows(x, 0, writes, WIDTH, numbers, products, 0);
    return products;
  }

  /** The same of bytes. */
  @Benchmark
  public int[] ownWordsOfBytes() {
    kernels.multiplyByteRows(byteValues, bytes, WIDTH, numbers, sums);
    return sums;
  }

  private float[] normal(int length) {
    float[] drawn = new float[length];
    for (int i = 0; i < length; i++) {
      drawn[i] = (float) random.nextGaussian();
    }
    return drawn;
  }
}
