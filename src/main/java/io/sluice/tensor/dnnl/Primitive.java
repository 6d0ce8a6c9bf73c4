package io.sluice.tensor.dnnl;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;

/**
 * A compiled product for one number of rows. Thread-safe: its scratch memory is the caller's.
 *
 * @param operation the library's primitive
 * @param description what it was made of
 * @param implementation the library's name of the kernel that it chose
 */
record Primitive(matmul operation, matmul.primitive_desc description, String implementation)
    implements AutoCloseable {

  /**
   * Compiles.
   *
   * @throws IllegalStateException if the library has only its reference kernel for this layout
   */
  static Primitive of(Shape shape, int rows, memory.desc layout, engine engine) {
    matmul.primitive_desc description = shape.describe(rows, layout, engine);
    String implementation = description.impl_info_str().getString();
    if (implementation.contains("ref")) {
      throw new IllegalStateException(
          "oneDNN has only the reference kernel %s for %d rows of (%d, %d), %s"
              .formatted(implementation, rows, shape.out(), shape.in(), shape.types()));
    }
    return new Primitive(new matmul(description), description, implementation);
  }

  @Override
  public void close() {
    operation.close();
    description.close();
  }
}
