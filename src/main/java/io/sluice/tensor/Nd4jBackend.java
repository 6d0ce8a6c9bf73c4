package io.sluice.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products on ND4J: on a GPU through its arrays, on the CPU by direct calls of the OpenBLAS
 * that it brings, which cost less and leave no garbage.
 *
 * <p>Each thread has its own input and output memory, so any number of threads may multiply at
 * once; give the native library one thread each ({@code OMP_NUM_THREADS=1}).
 */
public final class Nd4jBackend implements MatrixBackend {
  private final boolean cuda;
  private final Kernels kernels;
  private final Optional<FusedProducts> fused;
  private final ThreadLocal<NativeFloats> inputs = ThreadLocal.withInitial(NativeFloats::new);
  private final ThreadLocal<NativeFloats> outputs = ThreadLocal.withInitial(NativeFloats::new);
  private final List<Runnable> releases = new ArrayList<>();

  /** With the kernels that suit this Java. */
  public Nd4jBackend() {
    this(KernelChoice.of(KernelChoice.Request.AUTO));
  }

  /** With these kernels between the products. */
  public Nd4jBackend(Kernels kernels) {
    this(kernels, true);
  }

  /**
   * @param fused true: on a CPU feed-forward layers run by vector instructions, where the kernels
   *     have them; false: by OpenBLAS
   */
  public Nd4jBackend(Kernels kernels, boolean fused) {
    this.kernels = kernels;
    this.fused = fused ? FusedProducts.of(kernels) : Optional.empty();
    cuda = Nd4j.getBackend().getClass().getSimpleName().toLowerCase(Locale.ROOT).contains("cu");
  }

  @Override
  public String name() {
    return cuda ? "nd4j-cuda" : "nd4j-cpu";
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public boolean cuda() {
    return cuda;
  }

  @Override
  public synchronized WeightMatrix weight(
      String name, float[] weight, float[] bias, int out, int in) {
    if (weight.length != out * in) {
      throw new IllegalArgumentException(
          "weight of shape (" + out + ", " + in + ") has " + weight.length + " values");
    }
    WeightMatrix matrix =
        cuda
            ? new Nd4jWeightMatrix(weight, out, in, kernels)
            : new OpenBlasWeightMatrix(weight, out, in, inputs, outputs, kernels);
    releases.add(matrix::close);
    return bias == null ? matrix : new BiasedWeightMatrix(matrix, bias, kernels);
  }

  @Override
  public synchronized NeuronMatrices neurons(
      String name, float[] reads, float[] bias, float[] writes) {
    if (bias.length == 0 || reads.length % bias.length != 0 || reads.length != writes.length) {
      throw new IllegalArgumentException(
          "%d neurons with %d and %d weights".formatted(bias.length, reads.length, writes.length));
    }
    if (cuda) {
      Nd4jNeuronMatrices matrices = new Nd4jNeuronMatrices(reads, bias, writes);
      releases.add(matrices::close);
      return matrices;
    }
    if (fused.isPresent()) {
      return fused.get().neurons(reads, bias, writes);
    }
    OpenBlasNeuronMatrices matrices = new OpenBlasNeuronMatrices(reads, bias, writes, kernels);
    releases.add(matrices::close);
    return matrices;
  }

  @Override
  public synchronized void close() {
    releases.forEach(Runnable::run);
    releases.clear();
  }
}
