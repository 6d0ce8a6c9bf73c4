package io.sluice.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector form of {@link ByteKernels}. */
final class VectorBytes {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();

  /** As many bytes as a vector has floats. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * 8)));

  /** 1.5 × 2²³: what is added to it is rounded to an integer, which lies in the lowest bits. */
  private static final float ROUNDING = 12582912f;

  private VectorBytes() {}

  static void quantize(
      float[] x,
      int from,
      int length,
      float factor,
      int zero,
      int low,
      int high,
      byte[] out,
      int to) {
    int bound = LANES < 8 ? 0 : SPECIES.loopBound(length);
    for (int i = 0; i < bound; i += LANES) {
      IntVector rounded =
          FloatVector.fromArray(SPECIES, x, from + i)
              .mul(factor)
              .min(high - zero)
              .max(low - zero)
              .add(ROUNDING)
              .reinterpretAsInts()
              .add(zero);
      ((ByteVector) rounded.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(out, to + i);
    }
    ByteKernels.quantize(x, from + bound, length - bound, factor, zero, low, high, out, to + bound);
  }
}
