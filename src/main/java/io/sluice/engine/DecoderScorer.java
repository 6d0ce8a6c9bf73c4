package io.sluice.engine;

import io.sluice.model.ActivationListener;
import io.sluice.model.Decoder;
import io.sluice.model.DecoderState;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.search.StepScorer;

/** Lets a search ask the decoder. Belongs to one batch; not thread-safe. */
final class DecoderScorer implements StepScorer {
  private final Decoder decoder;
  private final DecoderState state;
  private final Workspace workspace;

  DecoderScorer(Decoder decoder, DecoderState state, Workspace workspace) {
    this.decoder = decoder;
    this.state = state;
    this.workspace = workspace;
  }

  /** Feeds a token to each row without asking what follows. */
  void feed(int[] parents, int[] tokens) {
    decoder.step(state, parents, tokens, null, workspace, ActivationListener.NONE);
  }

  @Override
  public void step(int[] parents, int[] tokens, int best, int[] ids, float[] logProbabilities) {
    int vocabulary = decoder.vocabulary();
    float[] logits = workspace.array(Workspace.Use.LOGITS, tokens.length * vocabulary);
    decoder.step(state, parents, tokens, logits, workspace, ActivationListener.NONE);
    workspace.clock().enter(Stage.SEARCH);
    for (int row = 0; row < tokens.length; row++) {
      decoder
          .kernels()
          .topLogProbabilities(
              logits, row * vocabulary, vocabulary, best, ids, logProbabilities, row * best);
    }
  }
}
