package io.sluice.domain;

/**
 * One piece of a text, small enough for the model: the unit of batching.
 *
 * @param languages the direction
 * @param text the piece as the model sees it, after protection and normalisation
 * @param sourceIds token ids with the language and the end-of-sentence token, shape (S)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the ids are owned by the segment
public record Segment(LanguagePair languages, String text, int[] sourceIds) {

  /** Source tokens, special tokens included: what padding is counted in. */
  public int length() {
    return sourceIds.length;
  }
}
