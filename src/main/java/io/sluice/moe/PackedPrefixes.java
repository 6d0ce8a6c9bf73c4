package io.sluice.moe;

import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.NeuronMatrices;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The first k experts of one order, packed side by side for each k when it is first asked for. Only
 * so many are kept: more than the levels of a service ladder, fewer than all k. Thread-safe.
 */
final class PackedPrefixes {
  /** Numbers of experts that stay packed. */
  static final int KEPT = 12;

  private final NeuronMatrices matrices;
  private final int[] order;
  private final int size;
  private final float[][] starts; // (N + 1, D)
  private final AtomicReferenceArray<Optional<NeuronBlock>> packed; // (N + 1); null: not asked yet
  private final Queue<Integer> kept = new ArrayDeque<>(); // numbers of experts, oldest first

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
    Optional<NeuronBlock> block = packed.get(k);
    return (block == null ? pack(k) : block).orElse(null);
  }

  /** One thread at a time: packing twice would hold the memory twice. */
  private synchronized Optional<NeuronBlock> pack(int k) {
    if (packed.get(k) == null) {
      packed.set(k, matrices.pack(Arrays.copyOf(order, k), size, starts[k]));
      kept.add(k);
      if (kept.size() > KEPT) {
        packed.set(kept.remove(), null); // whoever runs it still holds it
      }
    }
    return packed.get(k);
  }

  /** What a row starts from with the first k. */
  float[] start(int k) {
    return starts[k];
  }
}
