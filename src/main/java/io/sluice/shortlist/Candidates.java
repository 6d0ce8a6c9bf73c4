package io.sluice.shortlist;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The words of one batch: the output projection computes those that any row may use, and each row
 * sees its own only. So a row's words and their probabilities do not depend on its batch mates.
 * Immutable; the arrays are not to be changed.
 */
public final class Candidates {
  /** From this share of the vocabulary on it is not worth while to gather weights. */
  private static final double NEARLY_ALL = 0.75;

  private final int[] union; // null: the whole vocabulary
  private final int[][] ids; // of each row, ascending; null: every word
  private final int[][] columns; // where they are in the union

  private Candidates(int[] union, int[][] ids, int[][] columns) {
    this.union = union;
    this.ids = ids;
    this.columns = columns;
  }

  /**
   * Joins rows.
   *
   * @param rows candidates of each row, ascending; null: every word
   * @param vocabulary number of words V
   */
  public static Candidates join(List<int[]> rows, int vocabulary) {
    return join(rows, IntStream.range(0, rows.size()).toArray(), vocabulary);
  }

  /**
   * Joins some rows.
   *
   * @param rows candidates of each row, ascending; null: every word
   * @param members numbers of the rows that are joined; the others must not be asked for
   * @param vocabulary number of words V
   */
  public static Candidates join(List<int[]> rows, int[] members, int vocabulary) {
    int[][] ids = rows.toArray(new int[0][]);
    long[] set = new long[(vocabulary + 63) / 64];
    for (int row : members) {
      if (ids[row] == null) {
        return new Candidates(null, ids, ids);
      }
      for (int id : ids[row]) {
        set[id >> 6] |= 1L << id;
      }
    }
    int[] union = Shortlist.ids(set);
    if (union.length >= NEARLY_ALL * vocabulary) {
      return new Candidates(null, ids, ids);
    }
    int[] column = new int[vocabulary];
    for (int i = 0; i < union.length; i++) {
      column[union[i]] = i;
    }
    int[][] columns = new int[ids.length][];
    for (int row : members) {
      columns[row] = new int[ids[row].length];
      for (int i = 0; i < columns[row].length; i++) {
        columns[row][i] = column[ids[row][i]];
      }
    }
    return new Candidates(union, ids, columns);
  }

  /** Words to compute, ascending; null: the whole vocabulary. */
  public int[] union() {
    return union;
  }

  /** Words of a row, ascending; null: every word. */
  public int[] ids(int row) {
    return ids[row];
  }

  /** Column of each of these words in the products, ascending; null: every column is a word. */
  public int[] columns(int row) {
    return columns[row];
  }
}
