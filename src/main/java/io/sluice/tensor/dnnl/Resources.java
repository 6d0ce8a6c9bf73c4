package io.sluice.tensor.dnnl;

/** Frees native memory. */
final class Resources {
  private Resources() {}

  /** Closes what is there. */
  static void close(AutoCloseable resource) {
    if (resource != null) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException("native memory could not be freed", e);
      }
    }
  }
}
