package io.sluice.engine;

import io.sluice.model.ActivationListener;
import io.sluice.model.Decoder;
import io.sluice.model.DecoderState;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.search.StepScorer;

/** Lets a search ask the decoder. Belongs to one search; not thread-safe. */
final class DecoderScorer implements StepScorer {
  private final Decoder decoder;
  private final DecoderState state;
  private final WordRanking words; // null: every row may use every word
  private final Workspace workspace;

  /**
   * @param words ranks the words that each row may use; null: all
   */
  DecoderScorer(Decoder decoder, DecoderState state, WordRanking words, Workspace workspace) {
    this.decoder = decoder;
    this.state = state;
    this.words = words;
    this.workspace = workspace;
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
    int width = decoder.vocabulary();
    float[] logits =
        asked == 0 || words != null ? null : workspace.array(Use.LOGITS, asked * width);
    decoder.step(state, parents, tokens, rows, asked, logits, workspace, ActivationListener.NONE);
    if (asked > 0 && words != null) {
      words.rank(decoder.outputs(asked, workspace), asked, best, ids, logProbabilities);
      return;
    }
    workspace.clock().enter(Stage.SEARCH);
    for (int row = 0; row < asked; row++) {
      decoder
          .kernels()
          .topLogProbabilities(logits, row * width, width, best, ids, logProbabilities, row * best);
    }
  }
}
