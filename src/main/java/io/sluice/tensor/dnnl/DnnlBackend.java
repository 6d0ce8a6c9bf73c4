package io.sluice.tensor.dnnl;

import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.FusedProducts;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.MissingRangeException;
import io.sluice.tensor.NeuronMatrices;
import io.sluice.tensor.Quantisation;
import io.sluice.tensor.WeightMatrix;
import java.util.Map;
import java.util.Optional;

/**
 * Matrix products on oneDNN, on the CPU. Named matrices are multiplied in int8 if the backend was
 * given the ranges of their inputs, all others in float32. Thread-safe; each thread has its own
 * scratch memory, weights are shared. Give the library one thread each ({@code OMP_NUM_THREADS=1}).
 */
public final class DnnlBackend implements MatrixBackend {
  private final DnnlContext context;
  private final Map<String, ActivationRange> ranges; // empty: float32

  private final Kernels kernels;
  private final Optional<FusedProducts> fused;

  private DnnlBackend(
      Map<String, ActivationRange> ranges, Kernels kernels, Optional<FusedProducts> fused) {
    this.fused = fused;
    this.context = new DnnlContext();
    this.kernels = kernels;
    this.ranges = Map.copyOf(ranges);
  }

  /**
   * Everything in float32.
   *
   * @param kernels run between the products
   * @throws IllegalStateException if the library does not load here
   */
  public static DnnlBackend float32(Kernels kernels) {
    return float32(kernels, true);
  }

  /**
   * The same.
   *
   * @param fused true: feed-forward layers run by vector instructions, where the kernels have them;
   *     false: by the library
   */
  public static DnnlBackend float32(Kernels kernels, boolean fused) {
    DnnlLibrary.require();
    return new DnnlBackend(Map.of(), kernels, fused ? FusedProducts.of(kernels) : Optional.empty());
  }

  /**
   * Named matrices in int8.
   *
   * @param ranges of the inputs of matrices by name, and of the activations of feed-forward layers
   *     by name and {@link NeuronMatrices#HIDDEN}
   * @param kernels run between the products
   * @throws IllegalStateException if the library does not load here or the CPU has no VNNI
   */
  public static DnnlBackend int8(Map<String, ActivationRange> ranges, Kernels kernels) {
    DnnlLibrary.require();
    if (!DnnlLibrary.multipliesBytes()) {
      throw new IllegalStateException(
          "int8 needs a CPU with AVX-512 VNNI; this one has " + DnnlLibrary.instructionSet());
    }
    if (ranges.isEmpty()) {
      throw new IllegalStateException("int8 needs the ranges of activations, and there are none");
    }
    return new DnnlBackend(ranges, kernels, FusedProducts.of(kernels));
  }

  @Override
  public WeightMatrix weight(String name, float[] weight, float[] bias, int out, int in) {
    if (weight.length != out * in || (bias != null && bias.length != out)) {
      throw new IllegalArgumentException(
          "weight of shape (" + out + ", " + in + ") has " + weight.length + " values");
    }
    return context.hold(
        quantised(name)
            ? quantised(weight, bias, out, in, range(name))
            : FloatRows.matrix(context, kernels, weight, bias == null ? null : bias.clone(), in));
  }

  private DnnlWeightMatrix quantised(
      float[] weight, float[] bias, int out, int in, Quantisation rows) {
    QuantisedWeights quantised = QuantisedWeights.byRow(weight, out, in);
    return QuantisedRows.matrix(
        context,
        new Quantiser(kernels, rows, in),
        quantised.values(),
        quantised.integerBias(bias, rows),
        quantised.productScales(rows.scale()),
        in);
  }

  @Override
  public NeuronMatrices neurons(String name, float[] reads, float[] bias, float[] writes) {
    if (bias.length == 0 || reads.length % bias.length != 0 || reads.length != writes.length) {
      throw new IllegalArgumentException(
          "%d neurons with %d and %d weights".formatted(bias.length, reads.length, writes.length));
    }
    if (fused.isPresent() && !quantised(name)) {
      return fused.get().neurons(reads, bias, writes);
    }
    int width = reads.length / bias.length;
    NeuronArithmetic arithmetic =
        quantised(name)
            ? QuantisedNeurons.of(
                context,
                kernels,
                reads,
                bias,
                writes,
                range(name),
                range(name + NeuronMatrices.HIDDEN))
            : new FloatNeurons(context, bias, width);
    NeuronPair whole = context.hold(arithmetic.pack(reads, writes));
    return new DnnlNeuronMatrices(context, arithmetic, whole, bias.length, width);
  }

  private boolean quantised(String name) {
    return name != null && !ranges.isEmpty();
  }

  private Quantisation range(String name) {
    ActivationRange range = ranges.get(name);
    if (range == null) {
      throw new MissingRangeException(name);
    }
    return Quantisation.of(range);
  }

  @Override
  public String name() {
    return "onednn-" + DnnlLibrary.version();
  }

  @Override
  public String precision() {
    return ranges.isEmpty() ? "float32" : "int8";
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public boolean cuda() {
    return false;
  }

  @Override
  public void close() {
    context.close();
  }
}
