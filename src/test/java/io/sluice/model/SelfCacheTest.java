package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.nn.Attention;
import io.sluice.tensor.Kernels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SelfCacheTest {
  private static final int LAYERS = 2;
  private static final int WIDTH = 6;

  private final Attention attention = new Attention(Kernels.scalar(), 2, WIDTH / 2);
  private final SelfCache cache = new SelfCache(LAYERS, WIDTH);

  /** What the layer was fed for a slot at a position. */
  private static float[] fed(int layer, int slot, int position) {
    float[] row = new float[WIDTH];
    for (int d = 0; d < WIDTH; d++) {
      row[d] = ((layer * 10 + slot) * 100 + position) * 10 + d;
    }
    return row;
  }

  private void feed(int slot, int position) {
    cache.reserveAfter(position);
    for (int layer = 0; layer < LAYERS; layer++) {
      float[] row = fed(layer, slot, position);
      attention.keepKey(row, 0, position, cache.keys(layer), cache.offset(slot), new float[0]);
      int to = cache.offset(slot) + position * WIDTH;
      System.arraycopy(row, 0, cache.values(layer), to, WIDTH);
    }
  }

  private void assertHolds(int slot, int from, int fedTo, int length) {
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int position = from; position < length; position++) {
        float[] expected = fed(layer, fedTo, position);
        int value = cache.offset(slot) + position * WIDTH;
        assertThat(Arrays.copyOfRange(cache.values(layer), value, value + WIDTH))
            .containsExactly(expected);
        int block = position / Kernels.BLOCK;
        int key = cache.offset(slot) + block * WIDTH * Kernels.BLOCK + position % Kernels.BLOCK;
        for (int d = 0; d < WIDTH; d++) {
          assertThat(cache.keys(layer)[key + d * Kernels.BLOCK]).isEqualTo(expected[d]);
        }
      }
    }
  }

  @Test
  void shouldHoldWhatWasFedWhileItGrows() {
    cache.growSlots(2);
    for (int position = 0; position < 40; position++) { // past the room there is at first
      feed(0, position);
      if (position < 7) {
        feed(1, position);
      }
    }
    cache.growSlots(3);
    feed(2, 0);

    assertHolds(0, 0, 0, 40);
    assertHolds(1, 0, 1, 7);
    assertHolds(2, 0, 2, 1);
    assertThat(cache.slots()).isEqualTo(3);
    assertThat(cache.steps()).isGreaterThanOrEqualTo(40);
  }

  @Test
  void shouldCopyTheFirstTokensOfASlot() {
    cache.growSlots(3);
    for (int position = 0; position < 25; position++) {
      feed(0, position);
      feed(2, position);
    }

    cache.copy(2, 1, 17); // one key of the second block
    feed(1, 17); // and goes on by itself

    assertHolds(1, 0, 2, 17);
    assertHolds(1, 17, 1, 18);
    assertHolds(0, 0, 0, 25);
    assertHolds(2, 0, 2, 25);
  }
}
