package io.sluice.tensor.dnnl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.NeuronMatrices;
import io.sluice.tensor.WeightMatrix;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of oneDNN against loops that are written out. */
class DnnlBackendTest {
  private static final String PLACE = "place";
  private static final Map<String, ActivationRange> RANGES =
      Map.of(
          PLACE,
          new ActivationRange(-3f, 2.5f),
          PLACE + NeuronMatrices.HIDDEN,
          new ActivationRange(0f, 6f));

  private final Random random = new Random(23);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "37, 53, 3",
    "64, 16, 64",
    "33, 257, 65",
    "256, 768, 32",
    "101, 8, 130",
    "7, 300, 1"
  })
  void shouldMultiplyAsTheLoopsDo(int in, int out, int rows) {
    float[] weight = values(out * in);
    float[] bias = values(out);
    float[] x = values(rows * in);
    float[] expected = affine(x, rows, weight, bias, out, in);
    try (MatrixBackend backend = DnnlBackend.float32(Kernels.scalar())) {
      WeightMatrix matrix = backend.weight(null, weight, bias, out, in);
      float[] y = new float[rows * out];
      matrix.multiply(x, rows, y);
      assertClose(y, expected, 1e-5f);
      assertThat(backend.precision()).isEqualTo("float32");
    }
  }

  @ParameterizedTest
  @CsvSource({"37, 53, 3", "33, 257, 65", "256, 768, 32", "7, 300, 1"})
  void shouldMultiplyBytesWithinTheirSteps(int in, int out, int rows) {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    float[] weight = values(out * in);
    float[] bias = values(out);
    float[] x = values(rows * in);
    float[] expected = affine(rounded(x), rows, roundedByRow(weight, out, in), bias, out, in);
    try (MatrixBackend backend = DnnlBackend.int8(RANGES, Kernels.scalar())) {
      WeightMatrix matrix = backend.weight(PLACE, weight, bias, out, in);
      float[] y = new float[rows * out];
      matrix.multiply(x, rows, y);
      assertClose(y, expected, 1e-4f);
      assertThat(backend.precision()).isEqualTo("int8");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTakeSomeRowsOfAMatrixInTheOrderGiven(boolean bytes) {
    assumeTrue(!bytes || DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    int in = 48;
    int out = 211;
    float[] x = values(5 * in);
    try (MatrixBackend backend = backend(bytes)) {
      WeightMatrix matrix = backend.weight(PLACE, values(out * in), values(out), out, in);
      float[] whole = new float[5 * out];
      matrix.multiply(x, 5, whole);
      int[] ids = {210, 3, 77, 0, 150};
      for (int row = 0; row < 5; row++) {
        float[] some = new float[ids.length + 1];
        matrix.multiplySome(x, row, ids, some, 1);
        for (int i = 0; i < ids.length; i++) {
          // whole numbers are the same whoever adds them
          assertThat(some[i + 1]).isCloseTo(whole[row * out + ids[i]], within(bytes ? 0f : 1e-4f));
        }
      }
      try (WeightMatrix some = matrix.rows(ids)) {
        float[] y = new float[5 * ids.length];
        some.multiply(x, 5, y);
        assertThat(some.out()).isEqualTo(ids.length);
        for (int row = 0; row < 5; row++) {
          for (int i = 0; i < ids.length; i++) {
            assertThat(y[row * ids.length + i]).isCloseTo(whole[row * out + ids[i]], within(1e-4f));
          }
        }
      }
      assertThatIllegalArgumentException().isThrownBy(() -> matrix.rows(new int[] {out}));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 256, 1031, 2500})
  void shouldMultiplySomeBytesAsTheLibraryDoes(int in) {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    int out = 40;
    float[] x = values(3 * in);
    float[] weight = values(out * in);
    Arrays.fill(x, 0, in, 100f); // the largest sums that there are
    Arrays.fill(weight, 0, in, 1f);
    Arrays.fill(weight, in, 2 * in, -1f);
    x[2 * in] = Float.NaN;
    try (MatrixBackend backend =
        DnnlBackend.int8(RANGES, KernelChoice.of(KernelChoice.Request.AUTO))) {
      WeightMatrix matrix = backend.weight(PLACE, weight, values(out), out, in);
      float[] whole = new float[2 * out];
      matrix.multiply(x, 2, whole);
      for (int row = 0; row < 2; row++) {
        float[] some = new float[out];
        matrix.multiplySome(x, row, range(out), some, 0);
        assertThat(some).isEqualTo(Arrays.copyOfRange(whole, row * out, (row + 1) * out));
      }
      float[] some = {1, 2, 3};
      matrix.multiplySome(x, 2, new int[] {5}, some, 1);
      matrix.multiplySome(x, 0, new int[0], some, 3);
      assertThat(some).containsExactly(1, Float.NaN, 3);
    }
  }

  @ParameterizedTest
  @CsvSource({"13, 36, 2, 4", "64, 256, 70, 8", "48, 96, 32, 3"})
  void shouldRunNeuronsAsTheLoopsDo(int width, int neurons, int rows, int blocks) {
    float[] reads = values(neurons * width);
    float[] bias = values(neurons);
    float[] writes = values(neurons * width);
    float[] start = values(width);
    float[] x = values(rows * width);
    int size = neurons / blocks;
    byte[] chosen = chosen(rows, blocks);
    try (MatrixBackend backend = DnnlBackend.float32(Kernels.scalar())) {
      NeuronMatrices matrices = backend.neurons(reads, bias, writes);
      float[] activations = affine(x, rows, reads, bias, neurons, width);
      clip(activations);
      float[] found = new float[rows * neurons];
      matrices.activate(x, rows, 0, neurons, found);
      assertClose(found, activations, 1e-5f);

      float[] expected = written(activations, rows, writes, neurons, width, null, size);
      float[] y = new float[rows * width];
      matrices.accumulate(activations, rows, 0, neurons, y);
      assertClose(y, expected, 1e-4f);

      float[] some = written(activations, rows, writes, neurons, width, chosen, size);
      float[] added = new float[rows * width];
      matrices.addBlocks(x, rows, blocks, chosen, new int[rows], added);
      assertClose(added, some, 1e-4f);

      int[] order = {blocks - 1, 0};
      NeuronBlock packed = matrices.pack(order, size, start).orElseThrow();
      byte[] two = new byte[rows * blocks];
      for (int row = 0; row < rows; row++) {
        two[row * blocks] = 1;
        two[row * blocks + blocks - 1] = 1;
      }
      float[] ofTwo = written(activations, rows, writes, neurons, width, two, size);
      for (int i = 0; i < ofTwo.length; i++) {
        ofTwo[i] += start[i % width];
      }
      float[] out = values(rows * width);
      packed.apply(x, rows, out);
      assertClose(out, ofTwo, 1e-4f);
    }
  }

  @Test
  void shouldGiveARowOfBytesTheSameResultInAnyCompany() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    int width = 64;
    int neurons = 512;
    int rows = 75;
    int blocks = 8;
    float[] x = values(rows * width);
    byte[] chosen = chosen(rows, blocks);
    try (MatrixBackend backend = backend(true)) {
      NeuronMatrices matrices =
          backend.neurons(PLACE, values(neurons * width), values(neurons), values(neurons * width));
      NeuronBlock all = matrices.pack(range(blocks), neurons / blocks, values(width)).orElseThrow();
      float[] together = new float[rows * width];
      float[] added = new float[rows * width];
      all.apply(x, rows, together);
      matrices.addBlocks(x, rows, blocks, chosen, new int[rows], added);
      for (int row = 0; row < rows; row++) {
        float[] alone = new float[width];
        float[] input = Arrays.copyOfRange(x, row * width, (row + 1) * width);
        all.apply(input, 1, alone);
        assertThat(alone).isEqualTo(Arrays.copyOfRange(together, row * width, (row + 1) * width));
        float[] own = new float[width];
        byte[] marks = Arrays.copyOfRange(chosen, row * blocks, (row + 1) * blocks);
        matrices.addBlocks(input, 1, blocks, marks, new int[1], own);
        assertThat(own).isEqualTo(Arrays.copyOfRange(added, row * width, (row + 1) * width));
      }
    }
  }

  @Test
  void shouldAddTheSameWhetherBlocksRunApartOrTogether() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    int width = 64;
    int neurons = 512;
    int rows = 40;
    float[] x = values(rows * width);
    try (MatrixBackend backend = backend(true)) {
      NeuronMatrices matrices =
          backend.neurons(PLACE, values(neurons * width), values(neurons), values(neurons * width));
      float[] apart = new float[rows * width];
      for (int block = 0; block < 8; block++) { // one block of eight is cheaper alone
        byte[] one = new byte[rows * 8];
        for (int row = 0; row < rows; row++) {
          one[row * 8 + block] = 1;
        }
        matrices.addBlocks(x, rows, 8, one, new int[rows], apart);
      }
      byte[] every = new byte[rows * 8];
      Arrays.fill(every, (byte) 1);
      float[] together = new float[rows * width];
      matrices.addBlocks(x, rows, 8, every, new int[rows], together);
      assertClose(together, apart, 1e-5f);
    }
  }

  @Test
  void shouldUseCompiledKernelsForEveryNumberOfRows() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    for (boolean bytes : new boolean[] {false, true}) {
      try (MatrixBackend backend = backend(bytes)) {
        DnnlWeightMatrix matrix =
            (DnnlWeightMatrix) backend.weight(PLACE, values(96 * 64), values(96), 96, 64);
        DnnlNeuronBlock block =
            (DnnlNeuronBlock)
                backend
                    .neurons(PLACE, values(256 * 64), values(256), values(256 * 64))
                    .pack(new int[] {0}, 256, values(64))
                    .orElseThrow();
        for (int rows = 1; rows <= RowBuckets.LARGEST; rows++) {
          assertThat(matrix.implementation(rows)).contains("avx512").doesNotContain("ref");
          assertThat(block.implementations(rows)).contains("avx512").doesNotContain("ref");
        }
      }
    }
  }

  @Test
  void shouldWriteTheBiasAloneWhereAllWeightsAreZero() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    float[] weight = values(4 * 8);
    Arrays.fill(weight, 8, 16, 0f); // output 1
    float[] bias = {1f, -2.5f, 3f, 4f};
    try (MatrixBackend backend = backend(true)) {
      float[] y = new float[4];
      backend.weight(PLACE, weight, bias, 4, 8).multiply(values(8), 1, y);
      assertThat(y[1]).isCloseTo(-2.5f, within(1e-5f));

      NeuronMatrices silent = backend.neurons(PLACE, new float[8], new float[1], new float[8]);
      float[] start = values(8);
      float[] z = new float[8];
      silent.pack(new int[] {0}, 1, start).orElseThrow().apply(values(8), 1, z);
      assertClose(z, start, 1e-5f);
    }
  }

  @Test
  void shouldNotHideARowThatIsNotANumber() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    float[] x = values(3 * 8);
    Arrays.fill(x, 8, 16, Float.NaN);
    try (MatrixBackend backend = backend(true)) {
      float[] y = new float[3 * 4];
      backend.weight(PLACE, values(4 * 8), values(4), 4, 8).multiply(x, 3, y);
      for (int i = 0; i < y.length; i++) {
        assertThat(Float.isNaN(y[i])).as("value %d", i).isEqualTo(i / 4 == 1);
      }
      float[] broken = {1f, Float.NaN};
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.weight(PLACE, broken, new float[1], 1, 2))
          .withMessageContaining("not finite");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepActivationsWhenTheirBucketIsLarger(boolean bytes) {
    assumeTrue(!bytes || DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    int neurons = bytes ? 800 : 200;
    int rows = 5; // they fit the memory there is at first, their bucket of 6 does not
    float[] writes = values(neurons * 4);
    float[] activations = values(rows * neurons);
    clip(activations);
    float[] expected = written(activations, rows, writes, neurons, 4, null, neurons);
    try (MatrixBackend backend = backend(bytes)) {
      NeuronMatrices matrices =
          backend.neurons(PLACE, values(neurons * 4), values(neurons), writes);
      float[] y = new float[rows * 4];
      matrices.accumulate(activations, rows, 0, neurons, y);
      assertClose(y, expected, bytes ? 2e-2f : 1e-4f);
    }
  }

  @Test
  void shouldNameThePlaceWhoseRangeIsMissing() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    try (MatrixBackend backend = backend(true)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> backend.weight("elsewhere", new float[4], null, 2, 2))
          .withMessageContaining("elsewhere");
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> DnnlBackend.int8(Map.of(), Kernels.scalar()))
        .withMessageContaining("ranges");
  }

  private static MatrixBackend backend(boolean bytes) {
    return bytes
        ? DnnlBackend.int8(RANGES, Kernels.scalar())
        : DnnlBackend.float32(Kernels.scalar());
  }

  private static int[] range(int count) {
    return IntStream.range(0, count).toArray();
  }

  private byte[] chosen(int rows, int blocks) {
    byte[] chosen = new byte[rows * blocks];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = (byte) random.nextInt(2);
    }
    return chosen;
  }

  private static float[] affine(
      float[] x, int rows, float[] weight, float[] bias, int out, int in) {
    float[] y = new float[rows * out];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < out; column++) {
        double sum = bias[column];
        for (int i = 0; i < in; i++) {
          sum += (double) x[row * in + i] * weight[column * in + i];
        }
        y[row * out + column] = (float) sum;
      }
    }
    return y;
  }

  private static float[] written(
      float[] activations,
      int rows,
      float[] writes,
      int neurons,
      int width,
      byte[] chosen,
      int size) {
    float[] y = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      for (int neuron = 0; neuron < neurons; neuron++) {
        if (chosen == null || chosen[row * (neurons / size) + neuron / size] == 1) {
          for (int d = 0; d < width; d++) {
            y[row * width + d] += activations[row * neurons + neuron] * writes[neuron * width + d];
          }
        }
      }
    }
    return y;
  }

  private static void clip(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0f, values[i]);
    }
  }

  /** What bytes keep of rows, as the range of the place says. */
  private static float[] rounded(float[] x) {
    float scale = 5.5f / 255;
    int zero = Math.round(3f / scale);
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      double byteValue = Math.rint(x[i] * (1f / scale) + zero);
      result[i] = (float) ((Math.max(0, Math.min(255, byteValue)) - zero) * scale);
    }
    return result;
  }

  private static float[] roundedByRow(float[] weight, int out, int in) {
    float[] result = new float[weight.length];
    for (int row = 0; row < out; row++) {
      float most = 0;
      for (int i = 0; i < in; i++) {
        most = Math.max(most, Math.abs(weight[row * in + i]));
      }
      float scale = most / 127;
      for (int i = 0; i < in; i++) {
        result[row * in + i] = (float) Math.rint(weight[row * in + i] / scale) * scale;
      }
    }
    return result;
  }

  private float[] values(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertClose(float[] actual, float[] expected, float relative) {
    float largest = 1f;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i], within(relative * largest));
    }
  }
}
