package io.sluice.tensor.dnnl;

import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Quantisation;
import io.sluice.tensor.WeightMatrix;
import io.sluice.tensor.dnnl.PackedWeights.Order;
import io.sluice.tensor.dnnl.Scratch.Slot;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Our products, from heap memory to heap memory with quantisation, bias and scales, against
 * oneDNN's primitive alone on rows that lie in native memory already: the same shapes, types and
 * layout. Both take turns; before each call 4 MB are read, about what passes between two products
 * of a step. Counts processor time; prints medians in microseconds, and the share of the
 * primitive's rate that ours reaches.
 *
 * <p>Arguments: rounds, rows (comma-separated).
 */
public final class ProductTimes {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int COMPILING_CALLS = 20_000;
  private static final int[] REST_OF_THE_STEP = new int[1 << 20];

  /** Inputs and outputs as the bundled model's products have them, each as a plain product. */
  private static final List<int[]> SHAPES =
      List.of(
          new int[] {256, 256},
          new int[] {256, 512},
          new int[] {256, 768},
          new int[] {256, 1024},
          new int[] {1024, 256},
          new int[] {256, 2048},
          new int[] {2048, 256},
          new int[] {256, 8259});

  private ProductTimes() {}

  /** See the class. */
  public static void main(String[] arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    String rows = arguments.length > 1 ? arguments[1] : "1,8,32";
    Kernels kernels = KernelChoice.of(KernelChoice.Request.AUTO);
    ActivationRange range = new ActivationRange(-0.4f, 0.4f);
    try (DnnlContext context = new DnnlContext();
        MatrixBackend float32 = DnnlBackend.float32(kernels);
        MatrixBackend int8 = DnnlBackend.int8(Map.of("product", range), kernels)) {
      for (MatrixBackend backend : List.of(float32, int8)) {
        for (String count : rows.split(",")) {
          for (int[] shape : SHAPES) {
            Random random = new Random(5);
            float[] weight = normal(random, shape[0] * shape[1]);
            float[] bias = normal(random, shape[1]);
            WeightMatrix ours = backend.weight("product", weight, bias, shape[1], shape[0]);
            try (Product alone =
                backend == int8
                    ? quantised(context, weight, bias, Quantisation.of(range))
                    : floats(context, weight, bias)) {
              time(backend.precision(), ours, alone, context, Integer.parseInt(count), rounds);
            }
          }
        }
      }
    }
  }

  private static Product floats(DnnlContext context, float[] weight, float[] bias) {
    int in = weight.length / bias.length;
    PrimitiveSet primitives = context.primitives(Shape.floats(in, bias.length, true, false));
    PackedWeights packed =
        context.hold(PackedWeights.of(primitives, weight, Order.BY_OUTPUT, context));
    return new Product(context, primitives, packed, bias, Slot.INPUT, Slot.OUTPUT);
  }

  private static Product quantised(
      DnnlContext context, float[] weight, float[] bias, Quantisation rows) {
    int in = weight.length / bias.length;
    QuantisedWeights quantised = QuantisedWeights.byRow(weight, bias.length, in);
    PrimitiveSet primitives =
        context.primitives(
            Shape.quantised(
                in, bias.length, Types.QUANTISED, quantised.productScales(rows.scale())));
    PackedWeights packed =
        context.hold(PackedWeights.of(primitives, quantised.values(), Order.BY_OUTPUT, context));
    return new Product(
        context,
        primitives,
        packed,
        quantised.integerBias(bias, rows),
        Slot.QUANTISED,
        Slot.OUTPUT);
  }

  private static void time(
      String precision,
      WeightMatrix ours,
      Product alone,
      DnnlContext context,
      int rows,
      int rounds) {
    float[] x = normal(new Random(9), rows * ours.in());
    float[] y = new float[rows * ours.out()];
    Scratch scratch = context.scratch();
    double[] whole = new double[rounds];
    double[] primitive = new double[rounds];
    for (int call = 0; call < COMPILING_CALLS / rows; call++) {
      ours.multiply(x, rows, y);
      alone.run(scratch, rows);
    }
    int checkSum = 0;
    for (int round = -rounds / 2; round < rounds; round++) {
      checkSum += Arrays.stream(REST_OF_THE_STEP).sum();
      long start = THREADS.getCurrentThreadCpuTime();
      ours.multiply(x, rows, y);
      long first = THREADS.getCurrentThreadCpuTime() - start;
      checkSum += Arrays.stream(REST_OF_THE_STEP).sum();
      start = THREADS.getCurrentThreadCpuTime();
      alone.run(scratch, rows);
      long second = THREADS.getCurrentThreadCpuTime() - start;
      if (round >= 0) {
        whole[round] = first / 1e3;
        primitive[round] = second / 1e3;
      }
    }
    if (checkSum != 0) {
      throw new IllegalStateException("zeros add up to " + checkSum);
    }
    System.out.printf(
        Locale.ROOT,
        "%-7s  rows %2d  %4d to %4d  ours %7.1f us, oneDNN alone %7.1f us: %3.0f %% of its rate%n",
        precision,
        rows,
        ours.in(),
        ours.out(),
        median(whole),
        median(primitive),
        100 * median(primitive) / median(whole));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static float[] normal(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian() * 0.1f;
    }
    return values;
  }
}
