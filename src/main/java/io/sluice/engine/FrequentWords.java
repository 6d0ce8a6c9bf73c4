package io.sluice.engine;

import io.sluice.tensor.WeightMatrix;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Output projections of the frequent words of each direction, gathered when a direction first comes
 * and kept. Thread-safe.
 */
final class FrequentWords implements AutoCloseable {
  private final WeightMatrix all;
  private final Map<int[], WeightMatrix> projections = new IdentityHashMap<>();
  private boolean closed;

  /**
   * @param all of every word, not owned
   */
  FrequentWords(WeightMatrix all) {
    this.all = all;
  }

  /**
   * The projection of some words.
   *
   * @param words the array that all rows of a direction share
   * @return shape (words, D), not the caller's to close; null without words
   * @throws IllegalStateException after {@link #close}
   */
  synchronized WeightMatrix projection(int[] words) {
    if (closed) {
      throw new IllegalStateException("the translator is closed");
    }
    return words.length == 0 ? null : projections.computeIfAbsent(words, all::rows);
  }

  @Override
  public synchronized void close() {
    projections.values().forEach(WeightMatrix::close);
    projections.clear();
    closed = true;
  }
}
