package io.sluice.shortlist;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Output words by direction. A translation may be written with the frequent words of its language,
 * with what each piece of its source usually becomes, and with the pieces of the source themselves,
 * so that names, numbers and placeholders can be copied. Single characters are among the frequent
 * words: any word of the language can be spelled. Immutable and thread-safe.
 */
public final class Shortlist {
  private final int vocabulary;
  private final int[] bytes;
  private final Map<Direction, Words> directions;
  private final long[] isByte; // bit set of bytes

  /**
   * A direction as the model sees it.
   *
   * @param source token id of the source language
   * @param target token id of the target language
   */
  public record Direction(int source, int target) {}

  /**
   * Words of one direction.
   *
   * @param always ids that every translation may use, ascending
   * @param likely ids that each source piece usually becomes, best first, shape (V, up to n)
   */
  @SuppressWarnings("ArrayRecordComponent") // large, made once, never compared
  public record Words(int[] always, int[][] likely) {}

  /**
   * @param vocabulary number of ids V
   * @param bytes ids of single bytes, ascending: where one is in the source, the output may use all
   * @param directions words by direction
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  public Shortlist(int vocabulary, int[] bytes, Map<Direction, Words> directions) {
    this.vocabulary = vocabulary;
    this.bytes = bytes.clone();
    this.directions = new LinkedHashMap<>(directions);
    check(bytes);
    for (Words words : directions.values()) {
      check(words.always);
      if (words.likely.length != vocabulary) {
        throw new IllegalArgumentException(
            "likely words of " + words.likely.length + " pieces, the vocabulary has " + vocabulary);
      }
      for (int[] likely : words.likely) {
        check(likely);
      }
    }
    this.isByte = new long[(vocabulary + 63) / 64];
    add(bytes, isByte);
  }

  private void check(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException(
            "word " + id + " of a vocabulary of " + vocabulary + " words");
      }
    }
  }

  /** Number of ids V. */
  public int vocabulary() {
    return vocabulary;
  }

  /** The same for a vocabulary with more ids behind, which become nothing and are never likely. */
  public Shortlist withVocabulary(int more) {
    Map<Direction, Words> longer = new LinkedHashMap<>();
    directions.forEach(
        (direction, words) -> {
          int[][] likely = Arrays.copyOf(words.likely, more);
          Arrays.fill(likely, vocabulary, more, new int[0]);
          longer.put(direction, new Words(words.always, likely));
        });
    return new Shortlist(more, bytes, longer);
  }

  /** Ids of single bytes, ascending. */
  int[] bytes() {
    return bytes.clone();
  }

  /** Words by direction, in the order of the file. */
  Map<Direction, Words> directions() {
    return new LinkedHashMap<>(directions);
  }

  /**
   * The words that one translation may be written with.
   *
   * @param source ids of the source, its language first, shape (S)
   * @param target token id of the target language
   * @return its words; null if the direction has no list: every word then
   */
  public RowWords words(int[] source, int target) {
    Words words = directions.get(new Direction(source[0], target));
    if (words == null) {
      return null;
    }
    long[] chosen = new long[isByte.length];
    boolean spelled = false;
    for (int id : source) {
      chosen[id >> 6] |= 1L << id;
      add(words.likely[id], chosen);
      spelled |= (isByte[id >> 6] >> id & 1) != 0;
    }
    if (spelled) {
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] |= isByte[i];
      }
    }
    for (int id : words.always) {
      chosen[id >> 6] &= ~(1L << id);
    }
    return new RowWords(words.always, ids(chosen));
  }

  /** Adds ids to a bit set. */
  private static void add(int[] ids, long[] set) {
    for (int id : ids) {
      set[id >> 6] |= 1L << id;
    }
  }

  /** The members of a bit set, ascending. */
  private static int[] ids(long[] set) {
    int count = 0;
    for (long word : set) {
      count += Long.bitCount(word);
    }
    int[] ids = new int[count];
    int at = 0;
    for (int i = 0; i < set.length; i++) {
      for (long word = set[i]; word != 0; word &= word - 1) {
        ids[at++] = i * 64 + Long.numberOfTrailingZeros(word);
      }
    }
    return ids;
  }

  /** Mean number of likely words of the pieces that have any, for people. */
  public double meanLikely() {
    return directions.values().stream()
        .flatMap(words -> Arrays.stream(words.likely))
        .mapToInt(likely -> likely.length)
        .filter(length -> length > 0)
        .average()
        .orElse(0);
  }
}
