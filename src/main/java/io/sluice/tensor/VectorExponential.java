package io.sluice.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector kernels made of the exponential function; the same polynomial as {@link FloatMath#exp}.
 */
final class VectorExponential {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  private VectorExponential() {}

  /**
   * The exponential function for values up to 88; NaN stays NaN. Below −87 it is that of −87,
   * 1.6e-38: a mask that makes it 0 would become an object where the JIT compiler does not see
   * through it.
   */
  static FloatVector exp(FloatVector any) {
    FloatVector x = any.max(-87f);
    FloatVector rounded = x.fma(LOG2_E, Quantisation.ROUNDING);
    FloatVector n = rounded.sub(Quantisation.ROUNDING);
    FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
    r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
    FloatVector p = r.fma(1.9875691500e-4f, 1.3981999507e-3f);
    p = p.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
    p = p.fma(r.mul(r), r).add(1f);
    FloatVector power =
        rounded
            .reinterpretAsInts()
            .lanewise(VectorOperators.LSHL, 23)
            .add(127 << 23)
            .reinterpretAsFloats();
    return p.mul(power);
  }

  static void tanhInPlace(float[] x, int length) {
    int bound = SPECIES.loopBound(length);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      FloatVector e = exp(value.min(9f).mul(2f));
      e.sub(1f).div(e.add(1f)).intoArray(x, i);
    }
    for (int i = bound; i < length; i++) {
      x[i] = FloatMath.tanh(x[i]);
    }
  }

  static void softmaxInPlace(float[] x, int from, int length) {
    int bound = SPECIES.loopBound(length);
    float max = Float.NEGATIVE_INFINITY;
    if (bound > 0) {
      FloatVector largest = FloatVector.fromArray(SPECIES, x, from);
      for (int i = LANES; i < bound; i += LANES) {
        largest = largest.max(FloatVector.fromArray(SPECIES, x, from + i));
      }
      max = largest.reduceLanes(VectorOperators.MAX);
    }
    for (int i = bound; i < length; i++) {
      max = Math.max(max, x[from + i]);
    }
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector e = exp(FloatVector.fromArray(SPECIES, x, from + i).sub(max));
      e.intoArray(x, from + i);
      sums = sums.add(e);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int i = bound; i < length; i++) {
      float e = FloatMath.exp(x[from + i] - max);
      x[from + i] = e;
      sum += e;
    }
    float scale = 1f / sum;
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, x, from + i).mul(scale).intoArray(x, from + i);
    }
    for (int i = bound; i < length; i++) {
      x[from + i] *= scale;
    }
  }

  /** Sum of {@code exp(x − max)}; no value is larger than {@code max}. */
  static double sumOfExponentials(float[] x, int from, int length, float max) {
    int pairs = length - length % (2 * LANES);
    FloatVector even = FloatVector.zero(SPECIES);
    FloatVector odd = FloatVector.zero(SPECIES);
    for (int i = 0; i < pairs; i += 2 * LANES) {
      even = even.add(exp(FloatVector.fromArray(SPECIES, x, from + i).sub(max)));
      odd = odd.add(exp(FloatVector.fromArray(SPECIES, x, from + i + LANES).sub(max)));
    }
    double sum = even.add(odd).reduceLanes(VectorOperators.ADD);
    for (int i = pairs; i < length; i++) {
      sum += FloatMath.exp(x[from + i] - max);
    }
    return sum;
  }
}
