package io.sluice.tensor;

/**
 * Two values in the room of one: as bfloat16, the upper halves of floats (8 bits of mantissa, to
 * the nearest, halves to even), in the bits of a {@code float}, which is never computed with. What
 * is not a number when it is packed need not be one afterwards.
 */
final class FloatPairs {
  static final int HALF = 16;

  /** Bits of the second value. */
  static final int SECOND = 0xFFFF0000;

  /** Rounds to the nearest, but for halves. */
  static final int ROUNDING = 0x7FFF;

  private FloatPairs() {}

  static float pack(float first, float second) {
    return Float.intBitsToFloat((rounded(first) >>> HALF) | (rounded(second) & SECOND));
  }

  private static int rounded(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits + ROUNDING + ((bits >>> HALF) & 1);
  }

  static float first(float pair) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(pair) << HALF);
  }

  static float second(float pair) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(pair) & SECOND);
  }
}
