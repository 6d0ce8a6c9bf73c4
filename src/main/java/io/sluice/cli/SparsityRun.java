package io.sluice.cli;

import io.sluice.cli.SparsityReport.Teacher;
import io.sluice.cli.SparsityText.Sentence;
import io.sluice.model.ActivationListener;
import io.sluice.model.DecoderState;
import io.sluice.model.EncoderOutput;
import io.sluice.model.LayerBudgets;
import io.sluice.model.Transformer;
import io.sluice.nn.Workspace;
import io.sluice.search.GreedySearch;
import io.sluice.search.Hypothesis;
import io.sluice.search.StepScorer;
import io.sluice.tensor.FloatMath;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Runs a model over sentences, once free and once led by a teacher, with all of its experts, and
 * watches its feed-forward layers. On one thread.
 */
final class SparsityRun {
  /** Longest output in tokens, as in a translation. */
  private static final int LONGEST_OUTPUT = 128;

  private final Transformer model;
  private final int language;
  private final int batch;
  private final ActivationCollector encoder;
  private final ActivationCollector teacherForced;
  private final ActivationCollector freeRunning;
  private final Workspace workspace = new Workspace();

  /**
   * @param language token id of the target language
   * @param batch sentences at once
   */
  SparsityRun(Transformer model, OutputLengths lengths, int language, int batch) {
    this.model = model;
    this.language = language;
    this.batch = batch;
    this.encoder = new ActivationCollector(lengths.encoder());
    this.teacherForced = new ActivationCollector(lengths.decoder());
    this.freeRunning = new ActivationCollector(lengths.decoder());
  }

  /**
   * Runs.
   *
   * @param text at least one sentence; either all have a target or none
   * @param progress told how many sentences are done
   */
  SparsityReport run(SparsityText text, LongConsumer progress) {
    List<Sentence> sentences = text.sentences();
    for (int from = 0; from < sentences.size(); from += batch) {
      List<Sentence> some = sentences.subList(from, Math.min(sentences.size(), from + batch));
      EncoderOutput encoded =
          model
              .encoder()
              .encode(
                  some.stream().map(Sentence::source).toList(),
                  LayerBudgets.ALL,
                  workspace,
                  encoder.tokens());
      List<int[]> own = runFree(encoded);
      runForced(
          encoded,
          some.get(0).target() == null ? own : some.stream().map(Sentence::target).toList());
      progress.accept(from + some.size());
    }
    return new SparsityReport(
        sentences.size(),
        text.skipped(),
        sentences.get(0).target() == null ? Teacher.OWN_GREEDY_OUTPUT : Teacher.REFERENCE,
        encoder.layers(),
        teacherForced.layers(),
        freeRunning.layers());
  }

  private DecoderState begin(EncoderOutput encoded, ActivationListener listener) {
    DecoderState state = model.decoder().begin(encoded, workspace);
    int rows = encoded.rows();
    int[] start = new int[rows];
    Arrays.fill(start, model.config().startToken());
    model
        .decoder()
        .step(state, IntStream.range(0, rows).toArray(), start, null, workspace, listener);
    return state;
  }

  /** Greedy; returns what the decoder fed itself after the start token. */
  private List<int[]> runFree(EncoderOutput encoded) {
    DecoderState state = model.decoder().open(encoded, LayerBudgets.ALL, null);
    int rows = encoded.rows();
    int[] first = new int[rows];
    int[] caps = new int[rows];
    Arrays.fill(first, language);
    for (int row = 0; row < rows; row++) {
      caps[row] = (int) Math.min(LONGEST_OUTPUT, 1.6 * encoded.length(row) + 10);
    }
    int vocabulary = model.decoder().vocabulary();
    StepScorer scorer =
        (parents, tokens, fed, asked, best, ids, logProbabilities) -> {
          ActivationListener listener =
              asked == 0 ? freeRunning.startToken() : freeRunning.tokens();
          float[] logits = workspace.array(Workspace.Use.LOGITS, asked * vocabulary);
          model.decoder().step(state, parents, tokens, fed, asked, logits, workspace, listener);
          for (int row = 0; row < asked; row++) {
            FloatMath.topLogProbabilities(
                logits, row * vocabulary, vocabulary, best, ids, logProbabilities, row * best);
          }
        };
    return new GreedySearch(model.config().startToken(), model.config().endToken())
        .search(scorer, first, caps, rows, (row, hypothesis) -> {}).stream()
            .map(this::fed)
            .toList();
  }

  /** The language, then all tokens but one that was not fed any more. */
  private int[] fed(Hypothesis hypothesis) {
    int[] fed = new int[hypothesis.steps()];
    fed[0] = language;
    System.arraycopy(hypothesis.tokens(), 0, fed, 1, fed.length - 1);
    return fed;
  }

  private void runForced(EncoderOutput encoded, List<int[]> targets) {
    DecoderState state = begin(encoded, teacherForced.startToken());
    ActivationListener listener = teacherForced.tokens();
    int[] active = IntStream.range(0, targets.size()).toArray(); // sentence of each row
    for (int step = 0; active.length > 0; step++) {
      int position = step;
      int[] before = active;
      int[] parents =
          IntStream.range(0, before.length)
              .filter(row -> targets.get(before[row]).length > position)
              .toArray();
      active = Arrays.stream(parents).map(row -> before[row]).toArray();
      if (active.length > 0) {
        int[] tokens = Arrays.stream(active).map(row -> targets.get(row)[position]).toArray();
        model.decoder().step(state, parents, tokens, null, workspace, listener);
      }
    }
  }
}
