package io.sluice.tensor;

import java.util.Optional;

/**
 * Runs feed-forward layers in float32 by vector instructions, without a library. Thread-safe; each
 * thread has one scratch memory for all layers.
 */
public final class FusedProducts {
  private final Kernels kernels;
  private final ThreadLocal<FusedPass> passes;

  private FusedProducts(Kernels kernels) {
    this.kernels = kernels;
    this.passes = ThreadLocal.withInitial(() -> new FusedPass(kernels));
  }

  /** Empty where the kernels are plain Java: a library's products are faster. */
  public static Optional<FusedProducts> of(Kernels kernels) {
    return kernels == Kernels.scalar() ? Optional.empty() : Optional.of(new FusedProducts(kernels));
  }

  /** See {@link MatrixBackend#neurons}; W2 is kept, not copied. */
  public NeuronMatrices neurons(float[] reads, float[] bias, float[] writes) {
    return new FusedNeurons(reads, bias, writes, kernels, passes);
  }
}
