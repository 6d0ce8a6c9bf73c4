package io.sluice.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
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
          new NeuronMatrices[] {
            openBlas,
            nd4j,
            new ZeroSkippingNeurons(openBlas, writes, Kernels.scalar()),
            new ZeroSkippingNeurons(openBlas, writes, KernelChoice.of(KernelChoice.Request.AUTO))
          }) {
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
          new NeuronMatrices[] {
            openBlas,
            nd4j,
            new ZeroSkippingNeurons(openBlas, writes, Kernels.scalar()),
            new ZeroSkippingNeurons(openBlas, writes, KernelChoice.of(KernelChoice.Request.AUTO))
          }) {
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

  @Test
  void shouldPassOnWhatIsNoNumberWhenZerosAreSkipped() {
    float[] writes = values(12);
    OpenBlasNeuronMatrices dense =
        new OpenBlasNeuronMatrices(values(12), values(4), writes, Kernels.scalar());
    try {
      NeuronMatrices matrices =
          new ZeroSkippingNeurons(dense, writes, KernelChoice.of(KernelChoice.Request.AUTO));
      float[] y = values(3);

      matrices.accumulate(new float[] {0, Float.NaN, 0, -0f}, 1, 0, 4, y);

      assertThat(y).containsOnly(Float.NaN);
    } finally {
      dense.close();
    }
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
