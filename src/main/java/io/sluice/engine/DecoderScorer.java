package io.sluice.engine;

import io.sluice.model.ActivationListener;
import io.sluice.model.Decoder;
import io.sluice.model.DecoderState;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.search.StepScorer;
import io.sluice.shortlist.Candidates;
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
  private final List<int[]> words; // of each source row; null: every row may use every word
  private final int ahead;
  private final Workspace workspace;
  private Candidates candidates; // of the source rows up to covered that are not gone
  private int covered;
  private int width; // words computed for each row

  /**
   * @param words the words of each source row; null: all
   * @param ahead source rows for which words are gathered at once, at least 1
   */
  DecoderScorer(
      Decoder decoder, DecoderState state, List<int[]> words, int ahead, Workspace workspace) {
    this.decoder = decoder;
    this.state = state;
    this.words = words;
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
    float[] logits = asked == 0 ? null : workspace.array(Workspace.Use.LOGITS, asked * width);
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
    decoder.restrict(state, candidates.union());
    width = candidates.union() == null ? decoder.vocabulary() : candidates.union().length;
  }

  /**
   * Ranks the words of one row under the soft-max of these words alone: what other rows may use
   * plays no part.
   */
  private void rank(float[] logits, int row, int best, int[] ids, float[] logProbabilities) {
    Kernels kernels = decoder.kernels();
    int from = row * width;
    int to = row * best;
    int[] own = candidates == null ? null : candidates.ids(state.source(row));
    if (own == null) {
      kernels.topLogProbabilities(logits, from, width, best, ids, logProbabilities, to);
      return;
    }
    int[] columns = candidates.columns(state.source(row)); // ascending: moves to the left only
    for (int i = 0; i < columns.length; i++) {
      logits[from + i] = logits[from + columns[i]];
    }
    kernels.topLogProbabilities(logits, from, own.length, best, ids, logProbabilities, to);
    for (int i = to; i < to + best; i++) {
      ids[i] = own[ids[i]];
    }
  }
}
