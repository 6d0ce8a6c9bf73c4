package io.sluice.engine;

import io.sluice.model.ActivationListener;
import io.sluice.model.Decoder;
import io.sluice.model.DecoderState;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.search.StepScorer;
import io.sluice.shortlist.Candidates;
import io.sluice.shortlist.RowWords;
import io.sluice.tensor.Kernels;
import java.util.Arrays;
import java.util.List;

/**
 * Lets a search ask the decoder. Where words are restricted, the output projection computes those
 * of the rows that are decoded and of the next ones that wait; when these have begun too, it is
 * gathered anew. Belongs to one search; not thread-safe.
 */
final class DecoderScorer implements StepScorer {
  private final Decoder decoder;
  private final DecoderState state;
  private final List<RowWords> words; // of each source row; null: every row may use every word
  private final FrequentWords frequent;
  private final int ahead;
  private final Workspace workspace;
  private Candidates candidates; // of the source rows up to covered that are not gone
  private int covered;
  private int width; // logits of each row in LOGITS
  private int others; // logits of each row in OTHER_LOGITS

  /**
   * @param words the words of each source row; null: all
   * @param frequent what projects the words that rows share; may be null if {@code words} is
   * @param ahead source rows for which words are gathered at once, at least 1
   */
  DecoderScorer(
      Decoder decoder,
      DecoderState state,
      List<RowWords> words,
      FrequentWords frequent,
      int ahead,
      Workspace workspace) {
    this.decoder = decoder;
    this.state = state;
    this.words = words;
    this.frequent = frequent;
    this.ahead = ahead;
    this.workspace = workspace;
    this.width = decoder.vocabulary();
  }

  @Override
  public void step(
      int[] parents,
      int[] tokens,
      int rows,
      int asked,
      int best,
      int[] ids,
      float[] logProbabilities) {
    if (words != null) {
      coverWords(parents, rows);
    }
    float[] logits = asked == 0 ? null : workspace.array(Use.LOGITS, asked * width);
    decoder.step(state, parents, tokens, rows, asked, logits, workspace, ActivationListener.NONE);
    workspace.clock().enter(Stage.SEARCH);
    for (int row = 0; row < asked; row++) {
      rank(logits, row, best, ids, logProbabilities);
    }
  }

  /** Gathers words anew if a row begins whose words have not been gathered. */
  private void coverWords(int[] parents, int rows) {
    int newest = -1;
    for (int row = 0; row < rows; row++) {
      newest = Math.max(newest, StepScorer.beginning(parents[row]));
    }
    if (newest < covered) {
      return;
    }
    workspace.clock().enter(Stage.OUTPUT_PROJECTION);
    int until = Math.min(words.size(), Math.max(newest + 1, covered + ahead));
    int[] members = new int[rows + until - covered];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      int source =
          parents[row] < 0 ? StepScorer.beginning(parents[row]) : state.source(parents[row]);
      if (source < covered) {
        members[count++] = source;
      }
    }
    for (int source = covered; source < until; source++) {
      members[count++] = source;
    }
    candidates = Candidates.join(words, Arrays.copyOf(members, count), decoder.vocabulary());
    covered = until;
    int[] shared = candidates.frequent();
    int[] gathered = candidates.gathered();
    decoder.restrict(state, frequent.projection(shared), gathered);
    int rest = gathered == null ? decoder.vocabulary() : gathered.length;
    width = shared.length == 0 ? rest : shared.length;
    others = shared.length == 0 ? 0 : rest;
  }

  /**
   * Ranks the words of one row under the soft-max of these words alone: what other rows may use
   * plays no part.
   */
  private void rank(float[] logits, int row, int best, int[] ids, float[] logProbabilities) {
    Kernels kernels = decoder.kernels();
    int to = row * best;
    int source = state.source(row);
    RowWords own = candidates == null ? null : candidates.words(source);
    if (own == null) {
      kernels.topLogProbabilities(logits, row * width, width, best, ids, logProbabilities, to);
      return;
    }
    float[] mine = workspace.array(Use.ROW_LOGITS, own.count());
    int shared = candidates.frequent().length;
    System.arraycopy(logits, row * width, mine, 0, shared);
    int from = row * (shared == 0 ? width : others);
    float[] rest = shared == 0 ? logits : workspace.array(Use.OTHER_LOGITS, from + others);
    int[] columns = candidates.columns(source);
    for (int i = 0; i < columns.length; i++) {
      mine[shared + i] = rest[from + columns[i]];
    }
    kernels.topLogProbabilities(mine, 0, own.count(), best, ids, logProbabilities, to);
    for (int i = to; i < to + best; i++) {
      ids[i] = own.id(ids[i]);
    }
  }
}
