package io.sluice.engine;

import io.sluice.model.Decoder;
import io.sluice.model.DecoderState;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.shortlist.RowWords;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.WeightMatrix;
import java.util.Arrays;
import java.util.List;

/**
 * Computes and ranks the words that each row of a step may use. The frequent words of a direction
 * are one product of all of its rows; a row's own, which are few, are products of that row alone.
 * Each row is ranked under the soft-max of its words: what other rows may use plays no part.
 * Belongs to one search; not thread-safe.
 */
final class WordRanking {
  private final WeightMatrix projection;
  private final Kernels kernels;
  private final int vocabulary;
  private final List<RowWords> words; // of each source row; null: every word
  private final FrequentWords frequent;
  private final Workspace workspace;
  private int[] members = new int[0]; // rows of one product
  private boolean[] ranked = new boolean[0];
  private int width; // logits of each member in LOGITS
  private int mostOwn; // room for each member in OWN_LOGITS

  /**
   * @param words the words of each source row; null for a row that may use every word
   * @param frequent projects the words that rows share
   */
  WordRanking(Decoder decoder, List<RowWords> words, FrequentWords frequent, Workspace workspace) {
    this.projection = decoder.projection();
    this.kernels = decoder.kernels();
    this.vocabulary = decoder.vocabulary();
    this.words = words;
    this.frequent = frequent;
    this.workspace = workspace;
  }

  /**
   * Ranks.
   *
   * @param outputs of the decoder, shape (rows, D)
   * @param state says which source a row has
   * @param best how many words to return for a row
   * @param ids receives, row after row, the best words, best first
   * @param logProbabilities receives their natural-log probabilities
   */
  void rank(
      float[] outputs,
      DecoderState state,
      int rows,
      int best,
      int[] ids,
      float[] logProbabilities) {
    if (members.length < rows) {
      members = new int[rows];
      ranked = new boolean[rows];
    }
    Arrays.fill(ranked, 0, rows, false);
    for (int first = 0; first < rows; first++) {
      if (!ranked[first]) {
        int count = gather(state, first, rows);
        compute(outputs, state, rows, count);
        workspace.clock().enter(Stage.SEARCH);
        for (int i = 0; i < count; i++) {
          rank(i, state, best, ids, logProbabilities);
        }
      }
    }
  }

  /** Makes members of a row and of those behind it that share its frequent words. */
  private int gather(DecoderState state, int first, int rows) {
    int[] shared = shared(state, first);
    int count = 0;
    for (int row = first; row < rows; row++) {
      if (!ranked[row] && shared(state, row) == shared) { // one array for a direction
        ranked[row] = true;
        members[count++] = row;
      }
    }
    return count;
  }

  /** The members' logits: of what they share, and of their own. */
  private void compute(float[] outputs, DecoderState state, int rows, int count) {
    workspace.clock().enter(Stage.OUTPUT_PROJECTION);
    int[] shared = shared(state, members[0]);
    WeightMatrix matrix = shared == null ? projection : frequent.projection(shared);
    width = shared == null ? vocabulary : shared.length;
    float[] logits = workspace.array(Use.LOGITS, count * width);
    if (matrix != null) {
      matrix.multiply(count == rows ? outputs : together(outputs, count), count, logits);
    }
    if (shared == null) {
      return;
    }
    mostOwn = 0;
    for (int i = 0; i < count; i++) {
      mostOwn = Math.max(mostOwn, words.get(state.source(members[i])).own().length);
    }
    float[] own = workspace.array(Use.OWN_LOGITS, count * mostOwn);
    for (int i = 0; i < count; i++) {
      int[] some = words.get(state.source(members[i])).own();
      projection.multiplySome(outputs, members[i], some, own, i * mostOwn);
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

  private void rank(int i, DecoderState state, int best, int[] ids, float[] logProbabilities) {
    float[] logits = workspace.array(Use.LOGITS, (i + 1) * width);
    int to = members[i] * best;
    RowWords mine = words.get(state.source(members[i]));
    if (mine == null) {
      kernels.topLogProbabilities(logits, i * width, width, best, ids, logProbabilities, to);
      return;
    }
    float[] all = workspace.array(Use.ROW_LOGITS, mine.count());
    System.arraycopy(logits, i * width, all, 0, width);
    float[] own = workspace.array(Use.OWN_LOGITS, (i + 1) * mostOwn);
    System.arraycopy(own, i * mostOwn, all, width, mine.own().length);
    kernels.topLogProbabilities(all, 0, mine.count(), best, ids, logProbabilities, to);
    for (int at = to; at < to + best; at++) {
      ids[at] = mine.id(ids[at]);
    }
  }

  /** The frequent words of a row; null: it may use every word. */
  private int[] shared(DecoderState state, int row) {
    RowWords own = words.get(state.source(row));
    return own == null ? null : own.frequent();
  }
}
