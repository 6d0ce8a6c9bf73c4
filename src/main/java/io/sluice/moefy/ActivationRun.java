package io.sluice.moefy;

import io.sluice.model.ActivationListener;
import io.sluice.model.ActivationListener.Point;
import io.sluice.model.DecoderState;
import io.sluice.model.EncoderOutput;
import io.sluice.model.LayerBudgets;
import io.sluice.model.Transformer;
import io.sluice.nn.Workspace;
import io.sluice.search.GreedySearch;
import io.sluice.search.StepScorer;
import io.sluice.tensor.FloatMath;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Drives a model over sentences with all its neurons and shows what they do. Only tokens that
 * belong to a sentence are seen: there is no padding, and a finished row leaves its batch. Not
 * thread-safe; several runs may share a model.
 */
public final class ActivationRun {
  /** Longest output of a free run, as in serving. */
  private static final int LONGEST_OUTPUT = 128;

  private final Transformer model;
  private final Workspace workspace = new Workspace();

  /** A run over a model, which stays open. */
  public ActivationRun(Transformer model) {
    this.model = model;
  }

  /** Which half of the model. */
  public enum Half {
    ENCODER,
    DECODER
  }

  /** What the decoder is fed. */
  public enum Driving {
    /** The reference translation. */
    TEACHER_FORCED,
    /** What the model itself says, greedy. */
    FREE_RUNNING
  }

  /**
   * What one layer does at some tokens. The arrays belong to the model and change after the call.
   *
   * @param half encoder or decoder
   * @param layer counted from 0 in its half
   * @param rows number of tokens
   * @param inputs shape (rows, width): what the feed-forward layer is given
   * @param width D
   * @param activations shape (rows, neurons): after ReLU
   * @param neurons F
   * @param sentences shape (rows): the token's sentence in its batch
   * @param positions shape (rows): the token's place in its sequence; in the decoder 0 is the start
   *     token and 1 the target language
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one call, never compared
  public record Tokens(
      Half half,
      int layer,
      int rows,
      float[] inputs,
      int width,
      float[] activations,
      int neurons,
      int[] sentences,
      int[] positions) {

    /** The same tokens with other activations, shape (rows, neurons). */
    Tokens withActivations(float[] others) {
      return new Tokens(half, layer, rows, inputs, width, others, neurons, sentences, positions);
    }
  }

  /** Sees what the layers do. */
  @FunctionalInterface
  public interface Observer {

    /** Some tokens in one layer. */
    void observe(Tokens tokens);

    /**
     * A batch begins.
     *
     * @param features what the gates of plans see, shape (sentences, 3 D); scratch memory
     */
    default void begin(List<SentencePair> batch, float[] features) {}
  }

  /**
   * Runs one batch through encoder and decoder.
   *
   * @param batch at least one sentence; teacher forcing needs the targets
   */
  public void run(List<SentencePair> batch, Driving driving, Observer observer) {
    int[] offsets = new int[batch.size() + 1];
    for (int row = 0; row < batch.size(); row++) {
      offsets[row + 1] = offsets[row] + batch.get(row).source().length;
    }
    int[] sentences = new int[offsets[batch.size()]];
    int[] positions = new int[sentences.length];
    for (int row = 0; row < batch.size(); row++) {
      for (int at = offsets[row]; at < offsets[row + 1]; at++) {
        sentences[at] = row;
        positions[at] = at - offsets[row];
      }
    }
    EncoderOutput encoded =
        model
            .encoder()
            .encode(
                batch.stream().map(SentencePair::source).toList(),
                LayerBudgets.ALL,
                workspace,
                new Joined(Half.ENCODER, observer, sentences, positions));
    int[] languages = batch.stream().mapToInt(SentencePair::targetLanguage).toArray();
    observer.begin(batch, model.decoder().sentenceFeatures(encoded, languages, workspace));
    DecoderState state = model.decoder().open(encoded, LayerBudgets.ALL, null);
    Steps steps = new Steps(state, observer);
    if (driving == Driving.TEACHER_FORCED) {
      force(batch, languages, steps);
    } else {
      translate(batch, languages, steps);
    }
  }

  private void force(List<SentencePair> batch, int[] languages, Steps steps) {
    int[] start = new int[batch.size()];
    Arrays.fill(start, model.config().startToken());
    steps.feed(IntStream.range(0, start.length).map(StepScorer::beginning).toArray(), start, null);
    int[] active = IntStream.range(0, batch.size()).toArray();
    int[] tokens = languages;
    for (int step = 0; active.length > 0; step++) {
      int[] rows = active;
      steps.feed(steps.rowsOf(rows), tokens, null);
      int next = step;
      active = Arrays.stream(rows).filter(row -> next < batch.get(row).target().length).toArray();
      tokens = Arrays.stream(active).map(row -> batch.get(row).target()[next]).toArray();
    }
  }

  private void translate(List<SentencePair> batch, int[] languages, Steps steps) {
    int[] caps =
        batch.stream()
            .mapToInt(pair -> (int) Math.min(LONGEST_OUTPUT, 1.6 * pair.source().length + 10))
            .toArray();
    int vocabulary = model.decoder().vocabulary();
    StepScorer scorer =
        (parents, tokens, fed, asked, best, ids, logs) -> {
          float[] logits =
              asked == 0
                  ? null
                  : workspace.array(Workspace.Use.LOGITS, asked * vocabulary); // all rows or none
          steps.feed(Arrays.copyOf(parents, fed), Arrays.copyOf(tokens, fed), logits);
          for (int row = 0; row < asked; row++) {
            FloatMath.topLogProbabilities(
                logits, row * vocabulary, vocabulary, best, ids, logs, row * best);
          }
        };
    var unused =
        new GreedySearch(model.config().startToken(), model.config().endToken())
            .search(scorer, languages, caps, batch.size(), (row, hypothesis) -> {});
  }

  /** Feeds the decoder and remembers which row is which sentence. */
  private final class Steps {
    private final DecoderState state;
    private final Observer observer;
    private int[] sources = new int[0];
    private int position;

    Steps(DecoderState state, Observer observer) {
      this.state = state;
      this.observer = observer;
    }

    void feed(int[] parents, int[] tokens, float[] logits) {
      int[] before = sources;
      sources =
          Arrays.stream(parents)
              .map(parent -> parent < 0 ? StepScorer.beginning(parent) : before[parent])
              .toArray();
      int[] positions = new int[tokens.length];
      Arrays.fill(positions, position++);
      model
          .decoder()
          .step(
              state,
              parents,
              tokens,
              logits,
              workspace,
              new Joined(Half.DECODER, observer, sources, positions));
    }

    /** The rows that hold these sentences now, both ascending. */
    int[] rowsOf(int[] wanted) {
      return Arrays.stream(wanted).map(each -> Arrays.binarySearch(sources, each)).toArray();
    }
  }

  /** Joins input and activations of a layer into one call. */
  private static final class Joined implements ActivationListener {
    private final Half half;
    private final Observer observer;
    private final int[] sentences;
    private final int[] positions;
    private float[] inputs;
    private int inputWidth;

    Joined(Half half, Observer observer, int[] sentences, int[] positions) {
      this.half = half;
      this.observer = observer;
      this.sentences = sentences;
      this.positions = positions;
    }

    @Override
    public void onActivation(int layer, Point point, float[] values, int rows, int width) {
      if (point == Point.FEED_FORWARD_INPUT) {
        inputs = values;
        inputWidth = width;
      } else if (point == Point.FEED_FORWARD_ACTIVATION) {
        observer.observe(
            new Tokens(half, layer, rows, inputs, inputWidth, values, width, sentences, positions));
      }
    }
  }
}
