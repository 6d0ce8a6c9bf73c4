package io.sluice.cost;

import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.WeightMatrix;
import java.util.Arrays;
import java.util.Random;

/** How fast this machine multiplies a large matrix, on one thread. */
public final class MachineRate {
  private static final int ROWS = 256;
  private static final int IN = 1024;
  private static final int OUT = 2048;

  private MachineRate() {}

  /**
   * Multiply-adds a second: the best of several products of shapes that suit a library well.
   *
   * @param backend holds the matrix until it is closed
   * @param rounds products, at least 1
   */
  public static double measure(MatrixBackend backend, int rounds) {
    Random random = new Random(1);
    WeightMatrix matrix = backend.weight(normal(random, IN * OUT), OUT, IN);
    float[] x = normal(random, ROWS * IN);
    float[] y = new float[ROWS * OUT];
    matrix.multiply(x, ROWS, y);
    double[] seconds = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      long started = System.nanoTime();
      matrix.multiply(x, ROWS, y);
      seconds[round] = (System.nanoTime() - started) / 1e9;
    }
    return (double) ROWS * IN * OUT / Arrays.stream(seconds).min().orElseThrow();
  }

  private static float[] normal(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
