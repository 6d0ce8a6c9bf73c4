package io.sluice.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All implementations against loops that are written out. */
class NeuronMatricesTest {
  private final Random random = new Random(17);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0, 1",
    "13, 35, 1, 0, 35",
    "13, 35, 1, 7, 5",
    "13, 35, 2, 30, 5",
    "17, 66, 9, 11, 33",
    "33, 130, 31, 65, 1",
    "256, 192, 32, 64, 128",
    "5, 300, 70, 0, 300"
  })
  void shouldAgreeWithTheLoops(int width, int neurons, int rows, int first, int count) {
    float[] reads = values(neurons * width);
    float[] bias = values(neurons);
    float[] writes = values(neurons * width);
    float[] x = values(rows * width + 3);
    float[] activations = values(rows * count + 2);
    float[] y = values(rows * width + 1);
    float[] expectedActivations = activate(reads, bias, x, width, rows, first, count);
    float[] expectedOutput = accumulate(writes, activations, y, width, rows, first, count);
    OpenBlasNeuronMatrices openBlas =
        new OpenBlasNeuronMatrices(reads, bias, writes, Kernels.scalar());
    Nd4jNeuronMatrices nd4j = new Nd4jNeuronMatrices(reads, bias, writes);
    try {
      for (NeuronMatrices matrices :
          new NeuronMatrices[] {openBlas, nd4j, fused(reads, bias, writes)}) {
        assertThat(matrices.neurons()).isEqualTo(neurons);
        assertThat(matrices.width()).isEqualTo(width);
        float[] found = new float[rows * count];
        matrices.activate(x, rows, first, count, found);
        assertClose(found, expectedActivations);
        float[] output = y.clone();
        matrices.accumulate(activations, rows, first, count, output);
        assertClose(output, expectedOutput);
      }
    } finally {
      openBlas.close();
      nd4j.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0, 1",
    "13, 35, 1, 7, 5",
    "13, 35, 4, 30, 5",
    "256, 192, 17, 64, 128",
    "256, 300, 16, 1, 200",
    "1100, 40, 20, 3, 33",
    "5, 300, 70, 0, 300"
  })
  void shouldAddOutputsToItsMembersOnly(int width, int neurons, int size, int first, int count) {
    float[] reads = values(neurons * width);
    float[] bias = values(neurons);
    float[] writes = values(neurons * width);
    int rows = 2 * size + 1;
    float[] x = values(rows * width);
    float[] y = values(rows * width);
    int[] members = new int[size + 1]; // one more than counts
    for (int i = 0; i < size; i++) {
      members[i] = 2 * i + 1;
    }
    float[] inputs = new float[size * width];
    float[] outputs = new float[size * width];
    copyRows(x, members, size, width, inputs);
    copyRows(y, members, size, width, outputs);
    float[] active = activate(reads, bias, inputs, width, size, first, count);
    float[] expected = accumulate(writes, active, outputs, width, size, first, count);
    OpenBlasNeuronMatrices openBlas =
        new OpenBlasNeuronMatrices(reads, bias, writes, Kernels.scalar());
    Nd4jNeuronMatrices nd4j = new Nd4jNeuronMatrices(reads, bias, writes);
    try {
      for (NeuronMatrices matrices :
          new NeuronMatrices[] {openBlas, nd4j, fused(reads, bias, writes)}) {
        float[] found = y.clone();
        matrices.addOutputs(x, members, size, first, count, found);
        copyRows(found, members, size, width, outputs);
        assertRowsClose(outputs, expected);
        for (int row = 0; row < rows; row += 2) {
          for (int d = 0; d < width; d++) {
            assertThat(found[row * width + d]).isEqualTo(y[row * width + d]);
          }
        }
      }
    } finally {
      openBlas.close();
      nd4j.close();
    }
  }

  /** Both products behind each other: as exact as the largest value allows. */
  private static void assertRowsClose(float[] actual, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5 * largest));
    }
  }

  private static void copyRows(float[] from, int[] members, int size, int width, float[] to) {
    for (int i = 0; i < size; i++) {
      System.arraycopy(from, members[i] * width, to, i * width, width);
    }
  }

  private static NeuronMatrices fused(float[] reads, float[] bias, float[] writes) {
    return FusedProducts.of(KernelChoice.of(KernelChoice.Request.VECTOR))
        .orElseThrow()
        .neurons(reads, bias, writes);
  }

  /** Widths, neurons, blocks and rows that no vector, panel, product or pass divides. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "13, 35, 5, 4",
    "33, 130, 2, 31",
    "256, 2048, 32, 32",
    "130, 192, 3, 17",
    "256, 192, 6, 101",
    "7, 640, 10, 48",
    "129, 66, 66, 50"
  })
  void shouldRunTheBlocksThatARowChoseAndNothingElse(int width, int neurons, int blocks, int rows) {
    float[] reads = values(neurons * width);
    float[] bias = values(neurons);
    float[] writes = values(neurons * width);
    NeuronMatrices matrices = fused(reads, bias, writes);
    float[] x = values(rows * width);
    float[] y = values(rows * width);
    byte[] chosen = new byte[rows * blocks];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = (byte) random.nextInt(2);
    }

    float[] found = y.clone();
    matrices.addBlocks(x, rows, blocks, chosen, new int[rows], found);

    int size = neurons / blocks;
    float[] active = activate(reads, bias, x, width, rows, 0, neurons);
    for (int i = 0; i < active.length; i++) {
      int row = i / neurons;
      active[i] *= chosen[row * blocks + i % neurons / size];
    }
    assertRowsClose(found, accumulate(writes, active, y, width, rows, 0, neurons));
    for (int row = 0; row < rows; row++) { // bit for bit the same alone
      float[] own = Arrays.copyOfRange(y, row * width, (row + 1) * width);
      byte[] mine = Arrays.copyOfRange(chosen, row * blocks, (row + 1) * blocks);
      matrices.addBlocks(
          Arrays.copyOfRange(x, row * width, (row + 1) * width), 1, blocks, mine, new int[1], own);
      assertThat(own).isEqualTo(Arrays.copyOfRange(found, row * width, (row + 1) * width));
    }
  }

  @ParameterizedTest
  @CsvSource({"13, 35, 5, 9", "256, 192, 6, 101", "33, 128, 2, 17", "64, 512, 8, 1"})
  void shouldRunPackedBlocksInTheirOrder(int width, int neurons, int blocks, int rows) {
    float[] reads = values(neurons * width);
    float[] bias = values(neurons);
    float[] writes = values(neurons * width);
    NeuronMatrices matrices = fused(reads, bias, writes);
    int size = neurons / blocks;
    int[] order = {blocks - 1, 0, 1 % (blocks - 1)};
    int[] some = blocks > 2 ? order : new int[] {1, 0};
    float[] start = values(width);
    float[] x = values(2 * rows * width);
    float[] y = values(2 * rows * width);
    int[] members = IntStream.range(0, rows).map(i -> 2 * i + 1).toArray();

    float[] found = y.clone();
    NeuronBlock block = matrices.pack(some, size, start).orElseThrow();
    block.apply(x, members, rows, found);

    float[] active = activate(reads, bias, x, width, 2 * rows, 0, neurons);
    for (int i = 0; i < active.length; i++) {
      int own = i % neurons / size;
      active[i] *= IntStream.of(some).anyMatch(each -> each == own) ? 1 : 0;
    }
    float[] expected = new float[y.length];
    for (int row = 0; row < 2 * rows; row++) {
      System.arraycopy(start, 0, expected, row * width, width);
    }
    expected = accumulate(writes, active, expected, width, 2 * rows, 0, neurons);
    for (int row = 0; row < 2 * rows; row += 2) {
      System.arraycopy(y, row * width, expected, row * width, width); // no member
    }
    assertRowsClose(found, expected);
    float[] all = new float[x.length];
    block.apply(x, 2 * rows, all);
    for (int row = 1; row < 2 * rows; row += 2) {
      assertThat(Arrays.copyOfRange(all, row * width, (row + 1) * width))
          .isEqualTo(Arrays.copyOfRange(found, row * width, (row + 1) * width));
    }
  }

  @Test
  void shouldPassOnWhatIsNoNumberWhereZerosAreSkipped() {
    float[] reads = values(12);
    reads[4] = Float.NaN; // the second neuron
    NeuronMatrices matrices = fused(reads, values(4), values(12));
    float[] y = values(3);

    matrices.addOutputs(values(3), new int[] {0}, 1, 0, 4, y);

    assertThat(y).containsOnly(Float.NaN);
  }

  @Test
  void shouldFindWhatIsNotZero() {
    float[] values = new float[64];
    values[0] = -1f;
    values[17] = Float.MIN_VALUE;
    values[31] = Float.NaN;
    values[63] = Float.POSITIVE_INFINITY;
    int most = Math.min(64, 4 * VectorRows.LANES);

    assertThat(VectorRows.nonZeros(values, 0, most))
        .isEqualTo((1L << 63 | 1L << 31 | 1L << 17 | 1L) & -1L >>> (64 - most));
  }

  @Test
  void shouldRefuseWhatDoesNotFit() {
    OpenBlasNeuronMatrices matrices =
        new OpenBlasNeuronMatrices(values(12), values(4), values(12), Kernels.scalar());
    float[] big = new float[100];
    try {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> matrices.activate(big, 1, 2, 3, big))
          .withMessageContaining("neurons 2 to 5 of 4");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> matrices.accumulate(new float[1], 2, 0, 1, big));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> matrices.activate(big, 2, 0, 4, new float[7]));
    } finally {
      matrices.close();
    }
  }

  private static float[] activate(
      float[] reads, float[] bias, float[] x, int width, int rows, int first, int count) {
    float[] activations = new float[rows * count];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < count; i++) {
        double sum = bias[first + i];
        for (int d = 0; d < width; d++) {
          sum += (double) x[row * width + d] * reads[(first + i) * width + d];
        }
        activations[row * count + i] = (float) Math.max(0, sum);
      }
    }
    return activations;
  }

  private static float[] accumulate(
      float[] writes, float[] activations, float[] y, int width, int rows, int first, int count) {
    float[] output = y.clone();
    for (int row = 0; row < rows; row++) {
      for (int d = 0; d < width; d++) {
        double sum = y[row * width + d];
        for (int i = 0; i < count; i++) {
          sum += (double) activations[row * count + i] * writes[(first + i) * width + d];
        }
        output[row * width + d] = (float) sum;
      }
    }
    return output;
  }

  private float[] values(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertClose(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(1e-5 * Math.max(10, Math.abs(expected[i]))));
    }
  }
}
