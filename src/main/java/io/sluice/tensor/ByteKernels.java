package io.sluice.tensor;

/** Rounding to bytes in plain Java: the oracle of the vector kernel. Stateless and thread-safe. */
public final class ByteKernels {
  private ByteKernels() {}

  /** See {@link Kernels#quantize}. */
  public static void quantize(
      float[] x,
      int from,
      int length,
      float factor,
      int zero,
      int low,
      int high,
      byte[] out,
      int to) {
    for (int i = 0; i < length; i++) {
      float limited = Math.max(low - zero, Math.min(high - zero, x[from + i] * factor));
      out[to + i] = (byte) ((int) Math.rint(limited) + zero); // (int) NaN is 0
    }
  }
}
