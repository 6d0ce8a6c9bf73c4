package io.sluice.tensor.dnnl;

import org.bytedeco.dnnl.memory;

/** Element types of a product. */
enum Types {
  /** Everything in float32. */
  FLOAT(memory.data_type.f32, memory.data_type.f32, memory.data_type.f32),
  /** Quantised rows and weights, float32 products. */
  QUANTISED(memory.data_type.u8, memory.data_type.s8, memory.data_type.f32),
  /** Quantised rows and weights, products quantised again. */
  QUANTISED_AGAIN(memory.data_type.u8, memory.data_type.s8, memory.data_type.u8),
  /** Quantised rows and weights, exact integer products. */
  INTEGER(memory.data_type.u8, memory.data_type.s8, memory.data_type.s32);

  private final memory.data_type source;
  private final memory.data_type weights;
  private final memory.data_type destination;

  Types(memory.data_type source, memory.data_type weights, memory.data_type destination) {
    this.source = source;
    this.weights = weights;
    this.destination = destination;
  }

  memory.data_type source() {
    return source;
  }

  memory.data_type weights() {
    return weights;
  }

  memory.data_type destination() {
    return destination;
  }

  boolean quantised() {
    return this != FLOAT;
  }

  /** Bytes of one value of a row. */
  int sourceBytes() {
    return this == FLOAT ? 4 : 1;
  }

  /** Bytes of one value of a product. */
  int destinationBytes() {
    return this == QUANTISED_AGAIN ? 1 : 4;
  }
}
