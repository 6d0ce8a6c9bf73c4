package io.sluice.moefy;

import io.sluice.model.Transformer;
import io.sluice.moefy.ActivationRun.Driving;
import io.sluice.moefy.ActivationRun.Observer;
import java.util.List;
import java.util.function.LongConsumer;

/** Runs a model over many sentences in batches. Not thread-safe. */
public final class ActivationPass {
  private static final int BATCH = 32;

  private final ActivationRun run;
  private final LongConsumer progress;

  /**
   * A pass.
   *
   * @param progress told how many sentences are done
   */
  public ActivationPass(Transformer model, LongConsumer progress) {
    this.run = new ActivationRun(model);
    this.progress = progress;
  }

  /** Every other batch with references, the others free. */
  public void mixed(List<SentencePair> sentences, Observer observer) {
    for (int from = 0, batch = 0; from < sentences.size(); from += BATCH, batch++) {
      step(sentences, from, Driving.values()[batch % 2], observer);
    }
  }

  /** All batches driven in one way. */
  public void all(List<SentencePair> sentences, Driving driving, Observer observer) {
    for (int from = 0; from < sentences.size(); from += BATCH) {
      step(sentences, from, driving, observer);
    }
  }

  private void step(List<SentencePair> sentences, int from, Driving driving, Observer observer) {
    int to = Math.min(sentences.size(), from + BATCH);
    run.run(sentences.subList(from, to), driving, observer);
    progress.accept(to);
  }
}
