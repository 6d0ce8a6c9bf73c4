package io.sluice.model;

import io.sluice.nn.Attention;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Keys and values of the sources that are decoded now. When the last row of a source is gone its
 * memory serves the next one, so memory grows with the rows that are decoded at once and not with
 * the sources. Not thread-safe.
 */
final class CrossCache {
  private static final int NONE = -1;

  private final int width; // floats of a key, and of a value
  private final EncoderOutput encoded;
  private final int[] places; // of each source, where its keys and values are; NONE: nowhere
  private int[] tenants = new int[0]; // source of each place; NONE: free
  private final float[][][] keys; // per layer and place: transposed blocks of S keys
  private final float[][][] values; // per layer and place: (S, width)

  CrossCache(int layers, int width, EncoderOutput encoded) {
    this.width = width;
    this.encoded = encoded;
    this.places = new int[encoded.rows()];
    Arrays.fill(places, NONE);
    this.keys = new float[layers][0][];
    this.values = new float[layers][0][];
  }

  /** Keys of a source that has a place, as attention wants them. */
  float[] keys(int layer, int source) {
    return keys[layer][places[source]];
  }

  /** Values of a source that has a place. */
  float[] values(int layer, int source) {
    return values[layer][places[source]];
  }

  /** Memory for the keys of a source that was begun. */
  float[] newKeys(int layer, int source) {
    return memory(keys[layer], source, Attention.capacity(encoded.length(source)) * width);
  }

  /** Memory for the values of a source that was begun. */
  float[] newValues(int layer, int source) {
    return memory(values[layer], source, encoded.length(source) * width);
  }

  private float[] memory(float[][] ofLayer, int source, int size) {
    int place = places[source];
    if (ofLayer[place] == null || ofLayer[place].length < size) {
      ofLayer[place] = new float[size];
    }
    return ofLayer[place];
  }

  /**
   * Gives sources that are begun a place; those without rows lose theirs.
   *
   * @param begun their numbers, possibly more than once
   * @param count how many of {@code begun} count
   * @param live whether a source has rows now
   * @param rows that there are now
   */
  void house(int[] begun, int count, IntPredicate live, int rows) {
    for (int place = 0; place < tenants.length; place++) {
      if (tenants[place] != NONE && !live.test(tenants[place])) {
        places[tenants[place]] = NONE;
        tenants[place] = NONE;
      }
    }
    int free = 0;
    for (int i = 0; i < count; i++) {
      if (places[begun[i]] != NONE) {
        continue; // several rows begin with it
      }
      while (free < tenants.length && tenants[free] != NONE) {
        free++;
      }
      if (free == tenants.length) {
        grow(Math.max(rows, free + 1));
      }
      tenants[free] = begun[i];
      places[begun[i]] = free;
    }
  }

  private void grow(int count) {
    int before = tenants.length;
    tenants = Arrays.copyOf(tenants, count);
    Arrays.fill(tenants, before, count, NONE);
    for (int layer = 0; layer < keys.length; layer++) {
      keys[layer] = Arrays.copyOf(keys[layer], count);
      values[layer] = Arrays.copyOf(values[layer], count);
    }
  }
}
