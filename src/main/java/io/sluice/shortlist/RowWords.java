package io.sluice.shortlist;

/**
 * The words that one translation may be written with: the frequent ones of its direction first,
 * which are the same for all translations of the direction, and then its own.
 *
 * @param frequent ids, ascending, the same array for every translation of a direction
 * @param own other ids, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // read by every step, never compared
public record RowWords(int[] frequent, int[] own) {

  /** How many. */
  public int count() {
    return frequent.length + own.length;
  }

  /** One of them. */
  public int id(int index) {
    return index < frequent.length ? frequent[index] : own[index - frequent.length];
  }
}
