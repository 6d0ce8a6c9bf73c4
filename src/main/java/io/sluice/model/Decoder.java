package io.sluice.model;

import io.sluice.model.ActivationListener.Point;
import io.sluice.moe.ExpertFeedForward;
import io.sluice.moe.ExpertPlans;
import io.sluice.moe.JointPlans;
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
import io.sluice.tensor.WeightMatrix;
import java.util.ArrayList;
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

  /** What runs beside the matrix products. */
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
   * Chooses the plans of sentences and begins a row with each: the state before a token.
   *
   * @param budgets experts of the layers
   * @param languages token id of the target language of each row; only read in mode SENTENCE
   */
  public DecoderState begin(
      EncoderOutput encoded, LayerBudgets budgets, int[] languages, Workspace workspace) {
    DecoderState state = open(encoded, budgets, plans(encoded, budgets, languages, workspace));
    int[] all = new int[encoded.rows()];
    Arrays.setAll(all, source -> -1 - source);
    select(state, all, all.length, workspace);
    return state;
  }

  /**
   * A state without rows: steps begin them.
   *
   * @param plans what {@link #plans} has chosen; may be null if it would
   */
  public DecoderState open(EncoderOutput encoded, LayerBudgets budgets, int[] plans) {
    return new DecoderState(layers.size(), attention.keptWidth(), encoded, budgets, plans);
  }

  /**
   * Chooses the plan of each sentence, one for all layers.
   *
   * @param languages token id of the target language of each row; only read in mode SENTENCE
   * @return the plan of each row; null if the budgets need none or the layers have none
   */
  public int[] plans(
      EncoderOutput encoded, LayerBudgets budgets, int[] languages, Workspace workspace) {
    if (budgets.mode() != Route.Mode.SENTENCE || budgets.all()) {
      return null;
    }
    List<ExpertPlans> byLayer = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      if (layers.get(layer).feedForward instanceof ExpertFeedForward cut) {
        ExpertPlans plans = cut.choice(budgets.experts().get(layer)).plans();
        if (plans != null) {
          byLayer.add(plans);
        }
      }
    }
    if (byLayer.isEmpty()) {
      return null;
    }
    workspace.clock().enter(Stage.ROUTER);
    float[] features = sentenceFeatures(encoded, languages, workspace);
    return new JointPlans(byLayer).choose(features, encoded.rows(), workspace);
  }

  /** The output projection, shape (V, D): what {@link #outputs} are multiplied with. */
  public WeightMatrix projection() {
    return embedding.projection();
  }

  /** Lets rows begin and go, and projects the sources of those that begin. */
  private void select(DecoderState state, int[] parents, int count, Workspace workspace) {
    int begun = state.select(parents, count);
    if (begun == 0) {
      return;
    }
    StageClock clock = workspace.clock();
    clock.begin(Half.ENCODER);
    clock.enter(Stage.CROSS_ATTENTION);
    EncoderOutput encoded = state.encoded;
    int tokens = 0;
    for (int i = 0; i < begun; i++) {
      tokens += encoded.length(state.begun(i));
    }
    float[] some = workspace.array(Use.NORMED, tokens * width);
    for (int i = 0, to = 0; i < begun; i++) {
      int source = state.begun(i);
      int size = encoded.length(source) * width;
      System.arraycopy(encoded.states(), encoded.offsets()[source] * width, some, to, size);
      to += size;
    }
    for (int index = 0; index < layers.size(); index++) {
      float[] projected = workspace.array(Use.PROJECTED, tokens * 2 * width); // (N, 2D)
      layers.get(index).crossKeyValue.apply(some, tokens, projected);
      for (int i = 0, first = 0; i < begun; i++) {
        int source = state.begun(i);
        keep(state, index, source, projected, first, workspace);
        first += encoded.length(source);
      }
    }
  }

  /** Keeps keys and values of one source, {@code projected} holds them from a token on. */
  private void keep(
      DecoderState state,
      int layer,
      int source,
      float[] projected,
      int first,
      Workspace workspace) {
    float[] keys = state.cross.newKeys(layer, source);
    float[] values = state.cross.newValues(layer, source);
    int length = state.encoded.length(source);
    int from = first * 2 * width;
    float[] packed = workspace.array(Use.PACKED, attention.packedScratch(length));
    attention.keepKeys(projected, from, 2 * width, length, keys, 0, packed);
    attention.keepValues(projected, from + width, 2 * width, length, values, 0);
  }

  /**
   * Feeds one token to each row and asks all of them what follows.
   *
   * @param state changed: one token longer
   * @param parents row i continues row {@code parents[i]} of the step before
   * @param tokens the token of each row
   * @param logits as in the other step, of all rows
   * @param listener sees activations
   */
  public void step(
      DecoderState state,
      int[] parents,
      int[] tokens,
      float[] logits,
      Workspace workspace,
      ActivationListener listener) {
    step(state, parents, tokens, tokens.length, tokens.length, logits, workspace, listener);
  }

  /**
   * Feeds one token to each row.
   *
   * @param state changed: one token longer
   * @param parents row i continues row {@code parents[i]} of the step before, or, where that is
   *     negative, begins with source −1 − {@code parents[i]}
   * @param tokens the token of each row
   * @param rows how many of {@code parents} and {@code tokens} count
   * @param asked the output projection is computed for the first so many rows
   * @param logits receives shape (asked, V); null: the output projection is left to the caller, see
   *     {@link #outputs}, and {@code asked} has no effect
   * @param listener sees activations; those of {@link Point#DECODER_OUTPUT} only if there are
   *     logits
   */
  public void step(
      DecoderState state,
      int[] parents,
      int[] tokens,
      int rows,
      int asked,
      float[] logits,
      Workspace workspace,
      ActivationListener listener) {
    workspace.keepHidden(listener != ActivationListener.NONE);
    StageClock clock = workspace.clock();
    select(state, parents, rows, workspace);
    clock.begin(Half.DECODER);
    state.reserveStep();
    float[] stream = workspace.array(Use.STREAM, rows * width);
    for (int row = 0; row < rows; row++) {
      embedding.write(tokens[row], state.position(row), stream, row * width);
    }
    float[] normed = workspace.array(Use.NORMED, rows * width);
    float[] branch = workspace.array(Use.BRANCH, rows * width);
    float[] attended = workspace.array(Use.ATTENDED, rows * width);
    float[] attentionSums = workspace.array(Use.KEYS, rows * state.longestSource);
    Arrays.fill(attentionSums, 0, rows * state.longestSource, 0f);
    float[] dropped = workspace.array(Use.DROPPED_MASS, rows);
    Arrays.fill(dropped, 0, rows, 0f);
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
    float scale = 1f / (layers.size() * attention.heads());
    for (int row = 0; row < rows; row++) {
      state.cover(row, attentionSums, row * state.longestSource, scale);
    }
    state.addDroppedMass(dropped, layers.size());
    state.advance();
    if (logits != null && asked > 0) {
      float[] outputs = outputs(asked, workspace);
      listener.onActivation(-1, Point.DECODER_OUTPUT, outputs, asked, width);
      embedding.projection().multiply(outputs, asked, logits);
    }
  }

  /**
   * What the step before has made of its first rows, ready for the {@link #projection}.
   *
   * @param workspace of that step, with which nothing was done since
   * @return shape (asked, D), scratch memory of the workspace
   */
  public float[] outputs(int asked, Workspace workspace) {
    workspace.clock().enter(Stage.OUTPUT_PROJECTION);
    float[] outputs = workspace.array(Use.NORMED, asked * width);
    finalNorm.apply(workspace.array(Use.STREAM, asked * width), asked, outputs);
    return outputs;
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
    float[] weights = workspace.array(Use.WEIGHTS, attention.scratch(state.self.steps()));
    float[] keys = state.self.keys(index);
    float[] values = state.self.values(index);
    int kept = attention.keptWidth();
    float[] packed = workspace.array(Use.PACKED, attention.packedScratch(1));
    for (int row = 0; row < rows; row++) {
      int from = row * 3 * width;
      int base = state.cacheOffset(row);
      int position = state.position(row);
      attention.keepKey(projected, from + width, position, keys, base, packed);
      attention.keepValues(projected, from + 2 * width, 0, 1, values, base + position * kept);
      attention.attend(
          projected,
          from,
          keys,
          base,
          values,
          base,
          position + 1,
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
      int source = state.source(row);
      int length = state.encoded.length(source);
      Arrays.fill(sums, 0, length, 0f);
      attention.attend(
          query,
          row * width,
          state.cross.keys(index, source),
          0,
          state.cross.values(index, source),
          0,
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
}
