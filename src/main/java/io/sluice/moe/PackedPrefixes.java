package io.sluice.moe;

import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.NeuronMatrices;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The first k experts of one order, packed side by side for each k when it is first asked for.
 * Thread-safe.
 */
final class PackedPrefixes {
  private final NeuronMatrices matrices;
  private final int[] order;
  private final int size;
  private final float[][] starts; // (N + 1, D)
  private final AtomicReferenceArray<NeuronBlock> packed; // (N + 1)

  /**
   * @param order experts, first to last
   * @param size neurons of an expert
   * @param starts shape (N + 1, D): what a row starts from, by k
   */
  PackedPrefixes(NeuronMatrices matrices, int[] order, int size, float[][] starts) {
    this.matrices = matrices;
    this.order = order.clone();
    this.size = size;
    this.starts = starts;
    this.packed = new AtomicReferenceArray<>(order.length + 1);
  }

  /** The first k; null if the backend gains nothing from packing. */
  NeuronBlock first(int k) {
    NeuronBlock block = packed.get(k);
    if (block != null) {
      return block;
    }
    synchronized (this) { // packing twice would hold the memory twice
      block = packed.get(k);
      if (block == null) {
        int[] experts = Arrays.copyOf(order, k);
        block = matrices.pack(experts, size, starts[k]).orElse(null);
        packed.set(k, block);
      }
      return block;
    }
  }

  /** What a row starts from with the first k. */
  float[] start(int k) {
    return starts[k];
  }
}
