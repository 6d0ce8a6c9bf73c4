package io.sluice.tensor.dnnl;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * What a product is, apart from its number of rows.
 *
 * @param in width of the input
 * @param out width of the product
 * @param types of rows, weights and product
 * @param biased a bias is added, before anything is scaled
 * @param clipped negative products become 0
 * @param scales of each column, multiplied; null: none
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never compared
record Shape(int in, int out, Types types, boolean biased, boolean clipped, float[] scales) {
  /** Rows for which the layout of the weights is chosen; it serves every number of rows. */
  private static final int USUAL_ROWS = 32;

  static Shape floats(int in, int out, boolean biased, boolean clipped) {
    return new Shape(in, out, Types.FLOAT, biased, clipped, null);
  }

  static Shape quantised(int in, int out, Types types, float[] scales) {
    return new Shape(in, out, types, types != Types.INTEGER, false, scales);
  }

  /** The layout in which the library wants the weights. */
  memory.desc layout(engine engine) {
    memory.desc any = new memory.desc(new long[] {in, out}, types.weights(), memory.format_tag.any);
    try (matmul.primitive_desc description = describe(USUAL_ROWS, any, engine)) {
      return new memory.desc(description.weights_desc());
    }
  }

  /** The primitive for a number of rows, on weights in a layout. */
  matmul.primitive_desc describe(int rows, memory.desc layout, engine engine) {
    memory.desc source = rowMajor(rows, in, types.source());
    memory.desc destination = rowMajor(rows, out, types.destination());
    matmul.desc operation =
        biased
            ? new matmul.desc(source, layout, rowMajor(1, out, memory.data_type.f32), destination)
            : new matmul.desc(source, layout, destination);
    return new matmul.primitive_desc(operation, attributes(), engine);
  }

  private primitive_attr attributes() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.dnnl_scratchpad_mode_user);
    if (scales != null) {
      attributes.set_output_scales(1 << 1, scales);
    }
    post_ops operations = new post_ops();
    if (clipped) {
      operations.append_eltwise(1f, dnnl.dnnl_eltwise_relu, 0f, 0f);
    }
    attributes.set_post_ops(operations);
    return attributes;
  }

  static memory.desc rowMajor(long rows, long columns, memory.data_type type) {
    return new memory.desc(new long[] {rows, columns}, type, memory.format_tag.ab);
  }
}
