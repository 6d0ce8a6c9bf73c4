package io.sluice.moefy;

/**
 * A trained gate network, ready to be stored: {@code scores = B tanh(A x + a) + b}.
 *
 * @param inner A, shape (h, D), row-major
 * @param innerBias a, shape (h)
 * @param outer B, shape (N, h), row-major
 * @param outerBias b, shape (N)
 * @param epoch the epoch that was best on tokens held out, counted from 1
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record TrainedRouter(
    float[] inner, float[] innerBias, float[] outer, float[] outerBias, int epoch) {}
