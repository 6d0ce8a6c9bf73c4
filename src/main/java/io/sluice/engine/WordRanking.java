package io.sluice.engine;

import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.shortlist.RowWords;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.WeightMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Computes and ranks the words that each row of a step may use. The frequent words of a direction
 * are one product of all of its rows; a row's own, which are few, are products of that row alone.
 * Each row is ranked under the soft-max of its words: what other rows may use plays no part.
 * Belongs to one search; not thread-safe.
 */
final class WordRanking {
  private final WeightMatrix projection;
  private final Kernels kernels;
  private final List<RowWords> words; // of each source row; null: every word
  private final WeightMatrix[] products; // of each source row's frequent words; null: it has none
  private final IntUnaryOperator source;
  private final Workspace workspace;
  private final int room; // for the words of its own that a row has
  private int[] members = new int[0]; // rows that share a product
  private boolean[] ranked = new boolean[0];

  /**
   * @param projection of all words, shape (V, D)
   * @param words the words of each source row; null for a row that may use every word
   * @param frequent projects the words that rows share
   * @param source tells which source row a row of a step has
   */
  WordRanking(
      WeightMatrix projection,
      Kernels kernels,
      List<RowWords> words,
      FrequentWords frequent,
      IntUnaryOperator source,
      Workspace workspace) {
    this.projection = projection;
    this.kernels = kernels;
    this.words = words;
    this.source = source;
    this.workspace = workspace;
    this.products = new WeightMatrix[words.size()];
    int most = 0;
    for (int row = 0; row < products.length; row++) {
      RowWords each = words.get(row);
      products[row] = each == null ? projection : frequent.projection(each.frequent());
      most = each == null ? most : Math.max(most, each.own().length);
    }
    this.room = most;
  }

  /**
   * Ranks the words of some rows, each row's under the soft-max of its own.
   *
   * @param outputs of the decoder, shape (rows, D)
   * @param rows how many, at least 1
   * @param best how many words to return for a row
   * @param ids receives, row after row, the best words, best first
   * @param logProbabilities receives their natural-log probabilities
   */
  void rank(float[] outputs, int rows, int best, int[] ids, float[] logProbabilities) {
    if (members.length < rows) {
      members = new int[rows];
      ranked = new boolean[rows];
    }
    Arrays.fill(ranked, 0, rows, false);
    for (int first = 0; first < rows; first++) {
      if (!ranked[first]) {
        int count = gather(first, rows);
        workspace.clock().enter(Stage.OUTPUT_PROJECTION);
        multiply(outputs, rows, count);
        workspace.clock().enter(Stage.SEARCH);
        for (int i = 0; i < count; i++) {
          rankMember(i, best, ids, logProbabilities);
        }
      }
    }
  }

  /** Makes members of a row and of those behind it that share its frequent words. */
  private int gather(int first, int rows) {
    WeightMatrix shared = products[source.applyAsInt(first)];
    int count = 0;
    for (int row = first; row < rows; row++) {
      if (!ranked[row] && products[source.applyAsInt(row)] == shared) {
        ranked[row] = true;
        members[count++] = row;
      }
    }
    return count;
  }

  /** The members' logits: of what they share, and of their own. */
  private void multiply(float[] outputs, int rows, int count) {
    WeightMatrix shared = products[source.applyAsInt(members[0])];
    if (shared != null) {
      float[] some = count == rows ? outputs : together(outputs, count);
      shared.multiply(some, count, workspace.array(Use.LOGITS, count * shared.out()));
    }
    float[] own = workspace.array(Use.OWN_LOGITS, count * room);
    for (int i = 0; i < count; i++) {
      RowWords mine = words.get(source.applyAsInt(members[i]));
      if (mine != null) {
        projection.multiplySome(outputs, members[i], mine.own(), own, i * room);
      }
    }
  }

  private float[] together(float[] outputs, int count) {
    int depth = projection.in();
    float[] some = workspace.array(Use.GATHERED, count * depth);
    for (int i = 0; i < count; i++) {
      System.arraycopy(outputs, members[i] * depth, some, i * depth, depth);
    }
    return some;
  }

  private void rankMember(int i, int best, int[] ids, float[] logProbabilities) {
    RowWords mine = words.get(source.applyAsInt(members[i]));
    int width = mine == null ? projection.out() : mine.frequent().length;
    float[] logits = workspace.array(Use.LOGITS, (i + 1) * width);
    int to = members[i] * best;
    if (mine == null) {
      kernels.topLogProbabilities(logits, i * width, width, best, ids, logProbabilities, to);
      return;
    }
    float[] all = workspace.array(Use.ROW_LOGITS, mine.count());
    System.arraycopy(logits, i * width, all, 0, width);
    float[] own = workspace.array(Use.OWN_LOGITS, (i + 1) * room);
    System.arraycopy(own, i * room, all, width, mine.own().length);
    kernels.topLogProbabilities(all, 0, mine.count(), best, ids, logProbabilities, to);
    for (int at = to; at < to + best; at++) {
      ids[at] = mine.id(ids[at]);
    }
  }
}
