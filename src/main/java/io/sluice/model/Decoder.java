package io.sluice.model;

import io.sluice.model.ActivationListener.Point;
import io.sluice.moe.ExpertFeedForward;
import io.sluice.nn.Attention;
import io.sluice.nn.Embedding;
import io.sluice.nn.FeedForward;
import io.sluice.nn.LayerNorm;
import io.sluice.nn.Linear;
import io.sluice.nn.Route;
import io.sluice.nn.StageClock;
import io.sluice.nn.StageClock.Half;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.Kernels;
import java.util.Arrays;
import java.util.List;

/** The decoder half, one token of each row at a time. Immutable and thread-safe. */
public final class Decoder {

  /** Weights of one layer; {@code queryKeyValue} is (3D, D), {@code crossKeyValue} (2D, D). */
  record Layer(
      LayerNorm attentionNorm,
      Linear queryKeyValue,
      Linear attentionOut,
      LayerNorm crossNorm,
      Linear crossQuery,
      Linear crossKeyValue,
      Linear crossOut,
      LayerNorm feedForwardNorm,
      FeedForward feedForward) {}

  private final Embedding embedding;
  private final List<Layer> layers;
  private final LayerNorm finalNorm;
  private final Attention attention;
  private final Kernels kernels;
  private final int width;

  Decoder(Embedding embedding, List<Layer> layers, LayerNorm finalNorm, Attention attention) {
    this.embedding = embedding;
    this.layers = List.copyOf(layers);
    this.finalNorm = finalNorm;
    this.attention = attention;
    this.kernels = attention.kernels();
    this.width = attention.heads() * attention.headWidth();
  }

  /** Number of output words V. */
  public int vocabulary() {
    return embedding.vocabulary();
  }

  /** What runs between the matrix products. */
  public Kernels kernels() {
    return kernels;
  }

  /**
   * What the gates of plans see of each sentence.
   *
   * @param languages token id of the target language of each row
   * @return shape (rows, {@link SentenceFeatures#width}), scratch memory of the workspace
   */
  public float[] sentenceFeatures(EncoderOutput encoded, int[] languages, Workspace workspace) {
    return SentenceFeatures.of(encoded, width, languages, embedding, workspace);
  }

  /** The feed-forward layers, first to last. */
  public List<FeedForward> feedForwards() {
    return layers.stream().map(Layer::feedForward).toList();
  }

  /** The state before a token, for decoding with every expert. */
  public DecoderState begin(EncoderOutput encoded, Workspace workspace) {
    return begin(encoded, LayerBudgets.ALL, null, workspace);
  }

  /**
   * Projects the encoder's output to keys and values of every layer and chooses the plans of
   * sentences: the state before a token.
   *
   * @param budgets experts of the layers
   * @param languages token id of the target language of each row; only read in mode SENTENCE
   */
  public DecoderState begin(
      EncoderOutput encoded, LayerBudgets budgets, int[] languages, Workspace workspace) {
    DecoderState state = new DecoderState(layers.size(), width, encoded, budgets);
    if (budgets.mode() == Route.Mode.SENTENCE && !budgets.all()) {
      workspace.clock().enter(Stage.ROUTER);
      choosePlans(state, encoded, languages, workspace);
    }
    workspace.clock().enter(Stage.CROSS_ATTENTION);
    int tokens = encoded.offsets()[encoded.rows()];
    for (int index = 0; index < layers.size(); index++) {
      float[] projected = workspace.array(Use.PROJECTED, tokens * 2 * width); // (N, 2D)
      layers.get(index).crossKeyValue.apply(encoded.states(), tokens, projected);
      float[] keys = new float[state.keyOffsets[encoded.rows()]];
      float[] values = new float[tokens * width];
      for (int row = 0; row < encoded.rows(); row++) {
        int first = encoded.offsets()[row];
        int length = encoded.length(row);
        attention.turnKeys(
            projected, first * 2 * width, 2 * width, length, keys, state.keyOffsets[row]);
        for (int s = first; s < first + length; s++) {
          System.arraycopy(projected, (s * 2 + 1) * width, values, s * width, width);
        }
      }
      state.crossKeys[index] = keys;
      state.crossValues[index] = values;
    }
    return state;
  }

  /**
   * From now on the steps of a state compute some output words only.
   *
   * @param words their ids, shape (n), in the order of the logits; null: all V
   */
  public void restrict(DecoderState state, int[] words) {
    state.close();
    state.words = words == null ? null : embedding.projection().rows(words);
  }

  private void choosePlans(
      DecoderState state, EncoderOutput encoded, int[] languages, Workspace workspace) {
    float[] features = sentenceFeatures(encoded, languages, workspace);
    for (int index = 0; index < layers.size(); index++) {
      if (layers.get(index).feedForward instanceof ExpertFeedForward experts
          && experts.plans() != null) {
        state.plan(index, experts.plans().choose(features, encoded.rows(), workspace));
      }
    }
  }

  /**
   * Feeds one token to each row.
   *
   * @param state changed: one token longer
   * @param parents row i continues row {@code parents[i]} of the step before
   * @param tokens the token of each row
   * @param logits receives shape (rows, V), or (rows, n) after {@link #restrict}; null: the output
   *     projection is left out
   * @param listener sees activations
   */
  public void step(
      DecoderState state,
      int[] parents,
      int[] tokens,
      float[] logits,
      Workspace workspace,
      ActivationListener listener) {
    workspace.keepHidden(listener != ActivationListener.NONE);
    StageClock clock = workspace.clock();
    clock.begin(Half.DECODER);
    state.select(parents);
    state.reserveStep();
    int rows = tokens.length;
    float[] stream = workspace.array(Use.STREAM, rows * width);
    for (int row = 0; row < rows; row++) {
      embedding.write(tokens[row], state.position, stream, row * width);
    }
    float[] normed = workspace.array(Use.NORMED, rows * width);
    float[] branch = workspace.array(Use.BRANCH, rows * width);
    float[] attended = workspace.array(Use.ATTENDED, rows * width);
    float[] attentionSums = workspace.array(Use.KEYS, rows * state.longestSource);
    Arrays.fill(attentionSums, 0, rows * state.longestSource, 0f);
    for (int index = 0; index < layers.size(); index++) {
      Layer layer = layers.get(index);
      clock.enter(Stage.SELF_ATTENTION);
      layer.attentionNorm.apply(stream, rows, normed);
      selfAttention(state, index, layer, normed, rows, attended, workspace);
      layer.attentionOut.apply(attended, rows, branch);
      kernels.addInPlace(stream, branch, rows * width);

      clock.enter(Stage.CROSS_ATTENTION);
      layer.crossNorm.apply(stream, rows, normed);
      crossAttention(state, index, layer, normed, rows, attended, attentionSums, workspace);
      layer.crossOut.apply(attended, rows, branch);
      kernels.addInPlace(stream, branch, rows * width);

      clock.enter(Stage.FEED_FORWARD);
      layer.feedForwardNorm.apply(stream, rows, normed);
      layer.feedForward.apply(normed, rows, state.route(index), workspace, branch);
      kernels.addInPlace(stream, branch, rows * width);
      listener.onActivation(index, Point.FEED_FORWARD_INPUT, normed, rows, width);
      if (state.budgets.all() && workspace.keepsHidden()) {
        int neurons = layer.feedForward.hiddenWidth();
        listener.onActivation(
            index,
            Point.FEED_FORWARD_ACTIVATION,
            workspace.array(Use.HIDDEN, rows * neurons),
            rows,
            neurons);
      }
      listener.onActivation(index, Point.LAYER_OUTPUT, stream, rows, width);
    }
    clock.enter(Stage.OVERHEAD);
    updateCoverage(state, rows, attentionSums);
    state.position++;
    if (logits != null) {
      clock.enter(Stage.OUTPUT_PROJECTION);
      finalNorm.apply(stream, rows, normed);
      listener.onActivation(-1, Point.DECODER_OUTPUT, normed, rows, width);
      (state.words == null ? embedding.projection() : state.words).multiply(normed, rows, logits);
    }
  }

  private void selfAttention(
      DecoderState state,
      int index,
      Layer layer,
      float[] normed,
      int rows,
      float[] attended,
      Workspace workspace) {
    float[] projected = workspace.array(Use.PROJECTED, rows * 3 * width); // (rows, 3D)
    layer.queryKeyValue.apply(normed, rows, projected);
    float[] weights = workspace.array(Use.WEIGHTS, attention.scratch(state.position + 1));
    float[] keys = state.selfKeys[index];
    float[] values = state.selfValues[index];
    int slotSize = width * state.steps;
    for (int row = 0; row < rows; row++) {
      int from = row * 3 * width;
      int base = state.slots[row] * slotSize;
      for (int d = 0; d < width; d++) {
        keys[base + d * state.steps + state.position] = projected[from + width + d];
      }
      System.arraycopy(projected, from + 2 * width, values, base + state.position * width, width);
      attention.attend(
          projected,
          from,
          keys,
          base,
          state.steps,
          values,
          base,
          state.position + 1,
          attended,
          row * width,
          weights,
          null);
    }
  }

  private void crossAttention(
      DecoderState state,
      int index,
      Layer layer,
      float[] normed,
      int rows,
      float[] attended,
      float[] attentionSums,
      Workspace workspace) {
    float[] query = workspace.array(Use.PROJECTED, rows * width);
    layer.crossQuery.apply(normed, rows, query);
    float[] weights = workspace.array(Use.WEIGHTS, attention.scratch(state.longestSource));
    float[] sums = workspace.array(Use.WEIGHT_SUMS, state.longestSource);
    for (int row = 0; row < rows; row++) {
      int source = state.sources[row];
      int first = state.sourceOffsets[source];
      int length = state.sourceOffsets[source + 1] - first;
      Arrays.fill(sums, 0, length, 0f);
      attention.attend(
          query,
          row * width,
          state.crossKeys[index],
          state.keyOffsets[source],
          Attention.capacity(length),
          state.crossValues[index],
          first * width,
          length,
          attended,
          row * width,
          weights,
          sums);
      for (int s = 0; s < length; s++) {
        attentionSums[row * state.longestSource + s] += sums[s];
      }
    }
  }

  private void updateCoverage(DecoderState state, int rows, float[] attentionSums) {
    float scale = 1f / (layers.size() * attention.heads());
    for (int row = 0; row < rows; row++) {
      int to = state.slots[row] * state.longestSource;
      int from = row * state.longestSource;
      for (int s = 0; s < state.longestSource; s++) {
        state.coverage[to + s] = Math.max(state.coverage[to + s], attentionSums[from + s] * scale);
      }
    }
  }
}
