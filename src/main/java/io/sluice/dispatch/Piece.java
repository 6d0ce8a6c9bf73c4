package io.sluice.dispatch;

import io.sluice.domain.Segment;

/**
 * One segment on its way through a batch.
 *
 * @param text where it belongs
 * @param index which of the text's segments it is
 */
record Piece(Text text, int index) {
  Segment segment() {
    return text.segment(index);
  }
}
