package io.sluice.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both implementations against loops that are written out. */
class WeightMatrixTest {
  private final Random random = new Random(23);
  private final ThreadLocal<NativeFloats> inputs = ThreadLocal.withInitial(NativeFloats::new);
  private final ThreadLocal<NativeFloats> outputs = ThreadLocal.withInitial(NativeFloats::new);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "7, 5, 1",
    "7, 5, 3",
    "300, 256, 1",
    "300, 256, 17",
    "65, 257, 1",
    "65, 257, 33",
    "256, 2048, 2",
    "90, 700, 40",
    "2, 5000, 16"
  })
  void shouldAgreeWithTheLoops(int out, int in, int rows) {
    float[] weight = values(out * in);
    float[] x = values(rows * in + 2);
    OpenBlasWeightMatrix openBlas =
        new OpenBlasWeightMatrix(weight, out, in, inputs, outputs, Kernels.scalar());
    Nd4jWeightMatrix nd4j = new Nd4jWeightMatrix(weight, out, in, Kernels.scalar());
    try {
      for (WeightMatrix matrix : List.of(openBlas, nd4j)) {
        assertThat(matrix.out()).isEqualTo(out);
        assertThat(matrix.in()).isEqualTo(in);
        float[] y = values(rows * out + 1);
        float after = y[rows * out];
        matrix.multiply(x, rows, y);
        for (int row = 0; row < rows; row++) {
          for (int o = 0; o < out; o++) {
            double sum = 0;
            double size = 1e-3;
            for (int i = 0; i < in; i++) {
              double term = (double) x[row * in + i] * weight[o * in + i];
              sum += term;
              size += Math.abs(term);
            }
            assertThat((double) y[row * out + o]).isCloseTo(sum, within(1e-6 * size));
          }
        }
        assertThat(y[rows * out]).as("behind the last row").isEqualTo(after);
      }
    } finally {
      openBlas.close();
      nd4j.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "7, 5, 3, 3", "300, 256, 90, 1", "65, 257, 64, 33", "90, 700, 1, 40"})
  void shouldMultiplyWithSomeOfTheRows(int out, int in, int chosen, int rows) {
    float[] weight = values(out * in);
    float[] x = values(rows * in);
    int[] ids = random.ints(chosen, 0, out).toArray(); // in any order, some of them twice
    try (OpenBlasWeightMatrix openBlas =
            new OpenBlasWeightMatrix(weight, out, in, inputs, outputs, Kernels.scalar());
        Nd4jWeightMatrix nd4j = new Nd4jWeightMatrix(weight, out, in, Kernels.scalar())) {
      for (WeightMatrix matrix : List.of(openBlas, nd4j)) {
        float[] whole = new float[rows * out];
        matrix.multiply(x, rows, whole);
        for (int row = 0; row < rows; row++) {
          float[] some = new float[chosen + 1];
          matrix.multiplySome(x, row, ids, some, 1);
          for (int i = 0; i < chosen; i++) {
            assertThat(some[i + 1]).isCloseTo(whole[row * out + ids[i]], within(1e-4f));
          }
        }
        WeightMatrix part = matrix.rows(ids);
        try (part) {
          assertThat(part.out()).isEqualTo(chosen);
          assertThat(part.in()).isEqualTo(in);
          float[] y = new float[rows * chosen];
          part.multiply(x, rows, y);
          float[] last = new float[1];
          part.multiplySome(x, rows - 1, new int[] {chosen - 1}, last, 0);
          assertThat(last[0]).isCloseTo(y[rows * chosen - 1], within(1e-4f));
          for (int row = 0; row < rows; row++) {
            for (int i = 0; i < chosen; i++) {
              assertThat(y[row * chosen + i]).isCloseTo(whole[row * out + ids[i]], within(1e-4f));
            }
          }
        }
        part.close(); // twice
        float[] again = new float[rows * out];
        matrix.multiply(x, rows, again);
        assertThat(again).isEqualTo(whole);
      }
    }
  }

  @Test
  void shouldAddTheBiasToSomeValues() {
    float[] bias = values(5);
    float[] x = values(2 * 3);
    try (WeightMatrix matrix =
        new BiasedWeightMatrix(
            new OpenBlasWeightMatrix(values(15), 5, 3, inputs, outputs, Kernels.scalar()),
            bias,
            Kernels.scalar())) {
      float[] whole = new float[10];
      matrix.multiply(x, 2, whole);
      float[] some = new float[2];
      matrix.multiplySome(x, 1, new int[] {4, 0}, some, 0);
      assertThat(some[0]).isCloseTo(whole[9], within(1e-5f));
      assertThat(some[1]).isCloseTo(whole[5], within(1e-5f));
    }
  }

  @Test
  void shouldRefuseArraysThatAreTooShort() {
    OpenBlasWeightMatrix openBlas =
        new OpenBlasWeightMatrix(values(6), 2, 3, inputs, outputs, Kernels.scalar());
    Nd4jWeightMatrix nd4j = new Nd4jWeightMatrix(values(6), 2, 3, Kernels.scalar());
    try {
      for (WeightMatrix matrix : List.of(openBlas, nd4j)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> matrix.multiply(values(5), 2, values(4)));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> matrix.multiply(values(6), 2, values(3)));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> matrix.multiply(values(6), 0, values(4)));
      }
    } finally {
      openBlas.close();
      nd4j.close();
    }
  }

  private float[] values(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
