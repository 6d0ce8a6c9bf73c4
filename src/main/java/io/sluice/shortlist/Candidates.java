package io.sluice.shortlist;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The words of one batch. The output projection computes the frequent words of the batch's
 * direction, whose weights are always at hand, and those that any row may use besides, whose
 * weights are gathered. Each row sees its own only, in an order of its own, so its words and their
 * probabilities do not depend on its batch mates. Immutable; the arrays are not to be changed.
 */
public final class Candidates {
  /** From this share of the vocabulary on it is not worth while to gather weights. */
  private static final double NEARLY_ALL = 0.75;

  private static final int[] NONE = {};

  private final List<RowWords> rows;
  private final int[] frequent;
  private final int[] gathered; // null: the whole vocabulary
  private final int[][] columns; // null where a row may use every word

  private Candidates(List<RowWords> rows, int[] frequent, int[] gathered, int[][] columns) {
    this.rows = rows;
    this.frequent = frequent;
    this.gathered = gathered;
    this.columns = columns;
  }

  /**
   * Joins some rows.
   *
   * @param rows words of each row; null: every word
   * @param members numbers of the rows that are joined; the others must not be asked for
   * @param vocabulary number of words V
   */
  public static Candidates join(List<RowWords> rows, int[] members, int vocabulary) {
    int[] frequent = shared(rows, members);
    int[] gathered = gathered(rows, members, frequent.length, vocabulary);
    boolean whole =
        gathered == null || frequent.length + gathered.length >= NEARLY_ALL * vocabulary;
    if (whole) {
      frequent = NONE;
    }
    int[] column = whole ? IntStream.range(0, vocabulary).toArray() : places(gathered, vocabulary);
    int[][] columns = new int[rows.size()][];
    for (int row : members) {
      RowWords words = rows.get(row);
      columns[row] = words == null ? null : columns(words, frequent.length, column);
    }
    return new Candidates(rows, frequent, whole ? null : gathered, columns);
  }

  /** The frequent words if all members have the same. */
  private static int[] shared(List<RowWords> rows, int[] members) {
    RowWords first = members.length == 0 ? null : rows.get(members[0]);
    for (int row : members) {
      RowWords words = rows.get(row);
      if (words == null || words.frequent() != first.frequent()) { // one array for a direction
        return NONE;
      }
    }
    return first == null ? NONE : first.frequent();
  }

  /** What the rows use behind the first words that all share, ascending; null: every word. */
  private static int[] gathered(List<RowWords> rows, int[] members, int shared, int vocabulary) {
    long[] set = new long[(vocabulary + 63) / 64];
    for (int row : members) {
      RowWords words = rows.get(row);
      if (words == null) {
        return null;
      }
      if (shared == 0) {
        Shortlist.add(words.frequent(), set);
      }
      Shortlist.add(words.own(), set);
    }
    return Shortlist.ids(set);
  }

  /** Where each word is among some: shape (V), 0 for the others. */
  private static int[] places(int[] words, int vocabulary) {
    int[] places = new int[vocabulary];
    for (int i = 0; i < words.length; i++) {
      places[words[i]] = i;
    }
    return places;
  }

  private static int[] columns(RowWords words, int from, int[] column) {
    int[] columns = new int[words.count() - from];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = column[words.id(from + i)];
    }
    return columns;
  }

  /** Frequent words of all rows; empty if rows differ in them: then they are gathered too. */
  public int[] frequent() {
    return frequent;
  }

  /** Other words to compute, ascending; may be empty; null: the whole vocabulary. */
  public int[] gathered() {
    return gathered;
  }

  /** Words of a row; null: every word. */
  public RowWords words(int row) {
    return rows.get(row);
  }

  /**
   * Where a row's words are among the products of the gathered ones: those that follow {@link
   * #frequent}, in the row's order; null: every product is one of its words.
   */
  public int[] columns(int row) {
    return columns[row];
  }
}
