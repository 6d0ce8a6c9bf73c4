package io.sluice.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
  private final boolean skipZeros;
  private final ThreadLocal<NativeFloats> inputs = ThreadLocal.withInitial(NativeFloats::new);
  private final ThreadLocal<NativeFloats> outputs = ThreadLocal.withInitial(NativeFloats::new);
  private final List<Runnable> releases = new ArrayList<>();

  /** With the kernels that suit this Java. */
  public Nd4jBackend() {
    this(KernelChoice.of(KernelChoice.Request.AUTO));
  }

  /** With these kernels between the products. */
  public Nd4jBackend(Kernels kernels) {
    this(kernels, kernels != Kernels.scalar());
  }

  /**
   * @param skipZeros true: for one or two rows leaves out what neurons that did not fire would
   *     write; it pays with vector kernels
   */
  public Nd4jBackend(Kernels kernels, boolean skipZeros) {
    this.kernels = kernels;
    this.skipZeros = skipZeros;
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
            ? new Nd4jWeightMatrix(weight, out, in)
            : new OpenBlasWeightMatrix(weight, out, in, inputs, outputs);
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
    OpenBlasNeuronMatrices matrices = new OpenBlasNeuronMatrices(reads, bias, writes, kernels);
    releases.add(matrices::close);
    return skipZeros ? new ZeroSkippingNeurons(matrices, writes, kernels) : matrices;
  }

  @Override
  public synchronized void close() {
    releases.forEach(Runnable::run);
    releases.clear();
  }
}
