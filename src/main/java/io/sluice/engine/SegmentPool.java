package io.sluice.engine;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Routing;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.Stage;
import io.sluice.model.Decoder;
import io.sluice.model.DecoderState;
import io.sluice.model.EncoderOutput;
import io.sluice.model.LayerBudgets;
import io.sluice.model.Transformer;
import io.sluice.nn.StageClock;
import io.sluice.nn.Workspace;
import io.sluice.search.Search;
import io.sluice.shortlist.RowWords;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes segments together and decodes some of them at once; where one ends, the next takes its
 * place. Thread-safe.
 */
final class SegmentPool {
  /** Longest output in tokens, whatever the source; the checkpoint's own cap. */
  private static final int LONGEST_OUTPUT = 128;

  private final Transformer model;
  private final ModelBudgets budgets;
  private final OutputWords words;
  private final FrequentWords frequent;
  private final Annotator annotator;
  private final int beamSize;

  /**
   * A pool.
   *
   * @param beamSize hypotheses where a budget does not say how many
   */
  SegmentPool(
      Transformer model,
      ModelBudgets budgets,
      OutputWords words,
      FrequentWords frequent,
      Annotator annotator,
      int beamSize) {
    this.model = model;
    this.budgets = budgets;
    this.words = words;
    this.frequent = frequent;
    this.annotator = annotator;
    this.beamSize = beamSize;
  }

  /**
   * Translates.
   *
   * @param languages token of each segment's target language
   * @param width segments that are decoded at once
   * @param listener told as soon as one is done
   * @throws RejectedException if what the model says is not a number
   */
  List<SegmentTranslation> translate(
      List<Segment> segments,
      int[] languages,
      ExpertBudget budget,
      int width,
      Translator.Listener listener,
      Workspace workspace) {
    long started = System.nanoTime();
    LayerBudgets experts = budgets.decoder(budget);
    DecodeQueue queue =
        DecodeQueue.of(model, segments, languages, budgets.encoder(budget), experts, workspace);
    long encodedAt = System.nanoTime();
    int[] order = queue.order();
    List<Segment> queued = Arrays.stream(order).mapToObj(segments::get).toList();
    int[] firstTokens = Arrays.stream(order).map(place -> languages[place]).toArray();
    int[] caps = queued.stream().mapToInt(SegmentPool::longestOutput).toArray();
    SegmentTranslation[] results = new SegmentTranslation[segments.size()];
    Routing routing = budgets.routing(budget, beamSize);
    Search search =
        Search.of(routing.beam(), model.config().startToken(), model.config().endToken());
    DecoderState state = model.decoder().open(queue.encoded(), experts, queue.plans());
    DecoderScorer scorer =
        new DecoderScorer(
            model.decoder(), state, ranking(queued, firstTokens, state, workspace), workspace);
    var unused =
        search.search(
            scorer,
            firstTokens,
            caps,
            width,
            (source, hypothesis) -> {
              workspace.clock().enter(StageClock.Stage.OVERHEAD);
              int index = order[source];
              results[index] =
                  annotator.segment(
                      queued.get(source),
                      hypothesis,
                      state.coverage(hypothesis.row(), Annotator.COVERED),
                      droppedMass(queue.encoded(), state, source),
                      routing,
                      encodedAt - started,
                      System.nanoTime() - encodedAt);
              if (routing.beam() == 1) { // a beam may find a better one
                tell(listener, index, results[index]);
              }
              workspace.clock().enter(StageClock.Stage.SEARCH);
            });
    for (int index = 0; routing.beam() > 1 && index < results.length; index++) {
      tell(listener, index, results[index]);
    }
    return List.of(results);
  }

  private WordRanking ranking(
      List<Segment> queued, int[] languages, DecoderState state, Workspace workspace) {
    List<RowWords> allowed = words.of(queued, languages);
    Decoder decoder = model.decoder();
    return allowed == null
        ? null
        : new WordRanking(
            decoder.projection(), decoder.kernels(), allowed, frequent, state::source, workspace);
  }

  /** Longest output of a segment in tokens, the end of the sentence included. */
  static int longestOutput(Segment segment) {
    return (int) Math.min(LONGEST_OUTPUT, 1.6 * segment.length() + 10);
  }

  private double droppedMass(EncoderOutput encoded, DecoderState state, int row) {
    int encoders = budgets.encoderLayers();
    int decoders = budgets.decoderLayers();
    return (encoders * encoded.droppedMass()[row] + decoders * state.droppedMass(row))
        / (encoders + decoders);
  }

  private static void tell(Translator.Listener listener, int index, SegmentTranslation result) {
    if (!Double.isFinite(result.statistics().sumLogProbability())) {
      throw new RejectedException(
          new Rejection(
              RejectionCode.NUMERIC_ERROR,
              Stage.TRANSLATE,
              "the model returned a log-probability that is not finite",
              true));
    }
    listener.onTranslated(index, result);
  }
}
