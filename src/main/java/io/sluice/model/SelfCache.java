package io.sluice.model;

import io.sluice.nn.Attention;

/** Keys and values of what rows were fed so far, each row in a slot of its own. Not thread-safe. */
final class SelfCache {
  private static final int INITIAL_STEPS = 32; // whole blocks, so are its multiples

  private final int width; // floats of a key, and of a value
  private final float[][] keys; // per layer: (slots, steps / BLOCK, width, BLOCK)
  private final float[][] values; // per layer: (slots, steps, width)
  private int slots;
  private int steps = INITIAL_STEPS;

  SelfCache(int layers, int width) {
    this.width = width;
    this.keys = new float[layers][0];
    this.values = new float[layers][0];
  }

  /** Keys of a layer; those of a slot from {@link #offset}, as attention wants them. */
  float[] keys(int layer) {
    return keys[layer];
  }

  /** Values of a layer; those of a slot from {@link #offset}. */
  float[] values(int layer) {
    return values[layer];
  }

  /** Where the keys and values of a slot begin. */
  int offset(int slot) {
    return slot * width * steps;
  }

  /** Tokens for which each slot has room. */
  int steps() {
    return steps;
  }

  int slots() {
    return slots;
  }

  /** Makes room for one token more than so many in each slot. */
  void reserveAfter(int length) {
    if (length == steps) {
      resize(slots, steps * 2);
    }
  }

  void growSlots(int count) {
    resize(count, steps);
  }

  /** Copies what a slot holds of its first tokens. */
  void copy(int from, int to, int length) {
    int keySize = width * Attention.capacity(length);
    for (int layer = 0; layer < keys.length; layer++) {
      System.arraycopy(keys[layer], offset(from), keys[layer], offset(to), keySize);
      System.arraycopy(values[layer], offset(from), values[layer], offset(to), width * length);
    }
  }

  private void resize(int newSlots, int newSteps) {
    for (int layer = 0; layer < keys.length; layer++) {
      keys[layer] = resized(keys[layer], newSlots, newSteps);
      values[layer] = resized(values[layer], newSlots, newSteps);
    }
    slots = newSlots;
    steps = newSteps;
  }

  private float[] resized(float[] cache, int newSlots, int newSteps) {
    float[] resized = new float[newSlots * width * newSteps];
    for (int slot = 0; slot < slots; slot++) {
      System.arraycopy(cache, offset(slot), resized, slot * width * newSteps, width * steps);
    }
    return resized;
  }
}
