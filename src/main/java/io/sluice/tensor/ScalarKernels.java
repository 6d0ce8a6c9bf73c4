package io.sluice.tensor;

import java.util.Arrays;

/** Plain Java: works everywhere, and is the oracle of the other implementation. */
final class ScalarKernels implements Kernels {
  static final ScalarKernels INSTANCE = new ScalarKernels();

  private ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void addBias(float[] y, int rows, float[] bias) {
    FloatMath.addBias(y, rows, bias);
  }

  @Override
  public void addBiasRelu(float[] y, int rows, float[] bias, int from, int width) {
    FloatMath.addBiasRelu(y, rows, bias, from, width);
  }

  @Override
  public void addInPlace(float[] y, float[] x, int length) {
    FloatMath.addInPlace(y, x, length);
  }

  @Override
  public void layerNorm(float[] x, int rows, float[] gain, float[] bias, float epsilon, float[] y) {
    FloatMath.layerNorm(x, rows, gain, bias, epsilon, y);
  }

  @Override
  public void quantise(float[] x, int from, int length, Quantisation quantisation, byte[] bytes) {
    quantisation.apply(x, from, length, bytes);
  }

  @Override
  public void quantiseToFloats(
      float[] x, int from, int length, Quantisation quantisation, float[] values) {
    quantisation.apply(x, from, 0, length, values);
  }

  @Override
  public void tanhInPlace(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = FloatMath.tanh(x[i]);
    }
  }

  @Override
  public void softmaxInPlace(float[] x, int from, int length) {
    FloatMath.softmaxInPlace(x, from, length);
  }

  @Override
  public void topLogProbabilities(
      float[] logits, int from, int width, int best, int[] ids, float[] logProbabilities, int to) {
    FloatMath.topLogProbabilities(logits, from, width, best, ids, logProbabilities, to);
  }

  @Override
  public void multiplyRows(
      float[] x, int from, float[] matrix, int width, int[] rows, float[] y, int to) {
    for (int i = 0; i < rows.length; i++) {
      float sum = 0f;
      for (int k = 0; k < width; k++) {
        sum += x[from + k] * matrix[rows[i] * width + k];
      }
      y[to + i] = sum;
    }
  }

  @Override
  public void multiplyByteRows(float[] x, byte[] matrix, int width, int[] rows, int[] sums) {
    FloatMath.multiplyByteRows(x, matrix, width, rows, sums);
  }

  @Override
  public void attend(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      float[] values,
      int valuesFrom,
      int length,
      float[] out,
      int outFrom,
      float[] weights,
      float[] weightSums) {
    int width = heads * headWidth;
    float scale = (float) (1.0 / Math.sqrt(headWidth));
    for (int head = 0; head < heads; head++) {
      int first = head * headWidth;
      Arrays.fill(weights, 0, length, 0f);
      for (int d = first; d < first + headWidth; d++) {
        float q = query[queryFrom + d] * scale;
        for (int block = 0; block < length; block += BLOCK) {
          int row = keysFrom + block * width + d * BLOCK - block;
          for (int t = block; t < Math.min(length, block + BLOCK); t++) {
            weights[t] += q * keys[row + t];
          }
        }
      }
      FloatMath.softmaxInPlace(weights, 0, length);
      int to = outFrom + first;
      Arrays.fill(out, to, to + headWidth, 0f);
      for (int t = 0; t < length; t++) {
        float weight = weights[t];
        int row = valuesFrom + t * width + first;
        for (int d = 0; d < headWidth; d++) {
          out[to + d] += weight * values[row + d];
        }
      }
      if (weightSums != null) {
        FloatMath.addInPlace(weightSums, weights, length);
      }
    }
  }

  @Override
  public void packPairs(int heads, int headWidth, float[] x, int from, float[] pairs, int to) {
    int half = headWidth / 2;
    for (int head = 0, at = to; head < heads; head++) {
      for (int d = from + head * headWidth, end = d + half; d < end; d++, at++) {
        pairs[at] = FloatPairs.pack(x[d], x[d + half]);
      }
    }
  }

  @Override
  public void attendPairs(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      float[] values,
      int valuesFrom,
      int length,
      float[] out,
      int outFrom,
      float[] weights,
      float[] weightSums) {
    int half = headWidth / 2;
    float scale = (float) (1.0 / Math.sqrt(headWidth));
    for (int head = 0; head < heads; head++) {
      Arrays.fill(weights, 0, length, 0f);
      for (int p = 0; p < half; p++) {
        float first = query[queryFrom + head * headWidth + p] * scale;
        float second = query[queryFrom + head * headWidth + half + p] * scale;
        for (int t = 0; t < length; t++) {
          int block = t / BLOCK * heads * half + head * half + p;
          float pair = keys[keysFrom + block * BLOCK + t % BLOCK];
          weights[t] += first * FloatPairs.first(pair) + second * FloatPairs.second(pair);
        }
      }
      FloatMath.softmaxInPlace(weights, 0, length);
      int to = outFrom + head * headWidth;
      Arrays.fill(out, to, to + headWidth, 0f);
      for (int t = 0; t < length; t++) {
        for (int p = 0; p < half; p++) {
          float pair = values[valuesFrom + (t * heads + head) * half + p];
          out[to + p] += weights[t] * FloatPairs.first(pair);
          out[to + half + p] += weights[t] * FloatPairs.second(pair);
        }
      }
      if (weightSums != null) {
        FloatMath.addInPlace(weightSums, weights, length);
      }
    }
  }

  @Override
  public void attendSentence(
      int heads,
      int headWidth,
      float[] projected,
      int from,
      int length,
      float[] out,
      int outFrom,
      float[] scratch) {
    int width = heads * headWidth;
    float scale = (float) (1.0 / Math.sqrt(headWidth));
    for (int token = 0; token < length; token++) {
      for (int first = 0; first < width; first += headWidth) {
        int query = from + token * 3 * width + first;
        for (int t = 0; t < length; t++) {
          int key = from + (t * 3 + 1) * width + first;
          float sum = 0f;
          for (int d = 0; d < headWidth; d++) {
            sum += projected[query + d] * scale * projected[key + d];
          }
          scratch[t] = sum;
        }
        FloatMath.softmaxInPlace(scratch, 0, length);
        int to = outFrom + token * width + first;
        Arrays.fill(out, to, to + headWidth, 0f);
        for (int t = 0; t < length; t++) {
          int value = from + (t * 3 + 2) * width + first;
          for (int d = 0; d < headWidth; d++) {
            out[to + d] += scratch[t] * projected[value + d];
          }
        }
      }
    }
  }

  @Override
  public void addRows(
      float[] factors, int[] rows, int count, float[] matrix, int width, float[] y, int to) {
    for (int i = 0; i < count; i++) {
      float factor = factors[i];
      int from = rows[i] * width;
      for (int d = 0; d < width; d++) {
        y[to + d] += factor * matrix[from + d];
      }
    }
  }
}
