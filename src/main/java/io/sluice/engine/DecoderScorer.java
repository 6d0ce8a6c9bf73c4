package io.sluice.engine;

import io.sluice.model.ActivationListener;
import io.sluice.model.Decoder;
import io.sluice.model.DecoderState;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.search.StepScorer;
import io.sluice.shortlist.Candidates;
import io.sluice.tensor.Kernels;

/** Lets a search ask the decoder. Belongs to one batch; not thread-safe. */
final class DecoderScorer implements StepScorer {
  private final Decoder decoder;
  private final DecoderState state;
  private final Candidates candidates; // null: every row may use every word
  private final Workspace workspace;
  private final int width; // words computed for each row

  /**
   * @param candidates the words of each source row; null: all
   */
  DecoderScorer(Decoder decoder, DecoderState state, Candidates candidates, Workspace workspace) {
    this.decoder = decoder;
    this.state = state;
    this.candidates = candidates;
    this.workspace = workspace;
    int[] union = candidates == null ? null : candidates.union();
    decoder.restrict(state, union);
    this.width = union == null ? decoder.vocabulary() : union.length;
  }

  /** Feeds a token to each row without asking what follows. */
  void feed(int[] parents, int[] tokens) {
    decoder.step(state, parents, tokens, null, workspace, ActivationListener.NONE);
  }

  @Override
  public void step(int[] parents, int[] tokens, int best, int[] ids, float[] logProbabilities) {
    float[] logits = workspace.array(Workspace.Use.LOGITS, tokens.length * width);
    decoder.step(state, parents, tokens, logits, workspace, ActivationListener.NONE);
    workspace.clock().enter(Stage.SEARCH);
    for (int row = 0; row < tokens.length; row++) {
      rank(logits, row, best, ids, logProbabilities);
    }
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
