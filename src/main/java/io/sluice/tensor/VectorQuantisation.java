package io.sluice.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Values to bytes, as {@link Quantisation} does. */
final class VectorQuantisation {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Bytes of a vector of values; a shape below the smallest has none. */
  static final VectorSpecies<Byte> BYTES =
      LANES * Byte.SIZE < VectorShape.S_64_BIT.vectorBitSize()
          ? null
          : VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));

  private VectorQuantisation() {}

  static void apply(float[] x, int from, int length, Quantisation quantisation, byte[] bytes) {
    int bound = BYTES == null ? 0 : SPECIES.loopBound(length);
    FloatVector factor = FloatVector.broadcast(SPECIES, 1f / quantisation.scale());
    float zero = quantisation.zero();
    for (int i = 0; i < bound; i += LANES) {
      ByteVector some =
          (ByteVector)
              rounded(x, from + i, factor, zero)
                  .reinterpretAsInts()
                  .convertShape(VectorOperators.I2B, BYTES, 0);
      some.intoArray(bytes, i);
    }
    quantisation.apply(x, from, bound, length, bytes);
  }

  static void apply(float[] x, int from, int length, Quantisation quantisation, float[] values) {
    int bound = SPECIES.loopBound(length);
    FloatVector factor = FloatVector.broadcast(SPECIES, 1f / quantisation.scale());
    float zero = quantisation.zero();
    for (int i = 0; i < bound; i += LANES) {
      rounded(x, from + i, factor, zero).sub(Quantisation.ROUNDING).intoArray(values, i);
    }
    quantisation.apply(x, from, bound, length, values);
  }

  /** With what was added to round. */
  private static FloatVector rounded(float[] x, int from, FloatVector factor, float zero) {
    return FloatVector.fromArray(SPECIES, x, from)
        .mul(factor)
        .add(zero)
        .min(Quantisation.STEPS)
        .max(0f)
        .add(Quantisation.ROUNDING);
  }
}
