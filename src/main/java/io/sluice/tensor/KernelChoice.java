package io.sluice.tensor;

/** Decides what runs between the matrix products. Pure, but for looking at this Java. */
public final class KernelChoice {
  private static final String MODULE = "jdk.incubator.vector";

  private KernelChoice() {}

  /** What the user asks for. */
  public enum Request {
    /** Vector where it is there, else scalar. */
    AUTO,
    VECTOR,
    SCALAR
  }

  /**
   * The kernels.
   *
   * @throws IllegalStateException if vector kernels are asked for and this Java was started without
   *     their module
   */
  public static Kernels of(Request request) {
    if (request == Request.SCALAR || (request == Request.AUTO && !vectorPresent())) {
      return Kernels.scalar();
    }
    if (!vectorPresent()) {
      throw new IllegalStateException(
          "vector kernels need the module " + MODULE + ": start Java with --add-modules " + MODULE);
    }
    return Vector.KERNELS;
  }

  /** True if this Java was started with the module that vector kernels need. */
  public static boolean vectorPresent() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** Loaded when the module is there. */
  private static final class Vector {
    static final Kernels KERNELS = new VectorKernels();
  }
}
