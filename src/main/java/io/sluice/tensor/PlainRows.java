package io.sluice.tensor;

import java.lang.ref.WeakReference;
import java.util.function.Supplier;

/**
 * The rows of a weight in heap memory: those that it was made of as long as somebody keeps them, an
 * embedding for example, otherwise a copy, which is made when it is first needed and kept.
 * Thread-safe.
 */
public final class PlainRows {
  private final WeakReference<float[]> given;
  private final Supplier<float[]> copy;
  private float[] own;

  /**
   * @param given shape (out, in), row-major; not changed afterwards
   * @param copy makes the same
   */
  public PlainRows(float[] given, Supplier<float[]> copy) {
    this.given = new WeakReference<>(given);
    this.copy = copy;
  }

  /** Shape (out, in), row-major; not to be changed. */
  public float[] values() {
    float[] shared = given.get();
    if (shared != null) {
      return shared;
    }
    synchronized (this) {
      if (own == null) {
        own = copy.get();
      }
      return own;
    }
  }
}
