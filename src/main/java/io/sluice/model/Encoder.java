package io.sluice.model;

import io.sluice.model.ActivationListener.Point;
import io.sluice.nn.Attention;
import io.sluice.nn.Embedding;
import io.sluice.nn.FeedForward;
import io.sluice.nn.LayerNorm;
import io.sluice.nn.Linear;
import io.sluice.nn.StageClock;
import io.sluice.nn.StageClock.Half;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.Kernels;
import java.util.Arrays;
import java.util.List;

/** The encoder half. Immutable and thread-safe. */
public final class Encoder {

  /** Weights of one layer; {@code queryKeyValue} has shape (3D, D). */
  record Layer(
      LayerNorm attentionNorm,
      Linear queryKeyValue,
      Linear attentionOut,
      LayerNorm feedForwardNorm,
      FeedForward feedForward) {}

  private final Embedding embedding;
  private final List<Layer> layers;
  private final LayerNorm finalNorm;
  private final Attention attention;
  private final Kernels kernels;
  private final int width;

  Encoder(Embedding embedding, List<Layer> layers, LayerNorm finalNorm, Attention attention) {
    this.embedding = embedding;
    this.layers = List.copyOf(layers);
    this.finalNorm = finalNorm;
    this.attention = attention;
    this.kernels = attention.kernels();
    this.width = attention.heads() * attention.headWidth();
  }

  /** The feed-forward layers, first to last. */
  public List<FeedForward> feedForwards() {
    return layers.stream().map(Layer::feedForward).toList();
  }

  /**
   * Encodes a batch with every expert.
   *
   * @param sources B sequences of token ids, each at least 1 long
   * @param workspace the caller's scratch memory
   */
  public EncoderOutput encode(List<int[]> sources, Workspace workspace) {
    return encode(sources, LayerBudgets.ALL, workspace, ActivationListener.NONE);
  }

  /**
   * Encodes a batch.
   *
   * @param sources B sequences of token ids, each at least 1 long
   * @param budgets experts of the encoder's layers; the encoder has no plans, so mode SENTENCE runs
   *     the first experts, as STATIC does
   * @param workspace the caller's scratch memory
   * @param listener sees activations
   */
  public EncoderOutput encode(
      List<int[]> sources, LayerBudgets budgets, Workspace workspace, ActivationListener listener) {
    workspace.keepHidden(listener != ActivationListener.NONE);
    StageClock clock = workspace.clock();
    clock.begin(Half.ENCODER);
    int[] offsets = new int[sources.size() + 1];
    for (int row = 0; row < sources.size(); row++) {
      offsets[row + 1] = offsets[row] + sources.get(row).length;
    }
    int tokens = offsets[sources.size()];
    float[] stream = workspace.array(Use.STREAM, tokens * width); // (N, D)
    for (int row = 0; row < sources.size(); row++) {
      int[] source = sources.get(row);
      for (int s = 0; s < source.length; s++) {
        embedding.write(source[s], s, stream, (offsets[row] + s) * width);
      }
    }
    float[] normed = workspace.array(Use.NORMED, tokens * width);
    Arrays.fill(workspace.array(Use.DROPPED_MASS, tokens), 0, tokens, 0f);
    float[] branch = workspace.array(Use.BRANCH, tokens * width);
    for (int index = 0; index < layers.size(); index++) {
      Layer layer = layers.get(index);
      clock.enter(Stage.SELF_ATTENTION);
      layer.attentionNorm.apply(stream, tokens, normed);
      float[] projected = workspace.array(Use.PROJECTED, tokens * 3 * width); // (N, 3D)
      layer.queryKeyValue.apply(normed, tokens, projected);
      float[] attended = workspace.array(Use.ATTENDED, tokens * width);
      attend(projected, offsets, attended, workspace);
      layer.attentionOut.apply(attended, tokens, branch);
      kernels.addInPlace(stream, branch, tokens * width);

      clock.enter(Stage.FEED_FORWARD);
      layer.feedForwardNorm.apply(stream, tokens, normed);
      layer.feedForward.apply(normed, tokens, budgets.route(index, null), workspace, branch);
      kernels.addInPlace(stream, branch, tokens * width);
      listener.onActivation(index, Point.FEED_FORWARD_INPUT, normed, tokens, width);
      if (budgets.all() && workspace.keepsHidden()) {
        int neurons = layer.feedForward.hiddenWidth();
        listener.onActivation(
            index,
            Point.FEED_FORWARD_ACTIVATION,
            workspace.array(Use.HIDDEN, tokens * neurons),
            tokens,
            neurons);
      }
    }
    clock.enter(Stage.OVERHEAD);
    finalNorm.apply(stream, tokens, normed);
    return new EncoderOutput(
        Arrays.copyOf(normed, tokens * width),
        offsets,
        dropped(workspace.array(Use.DROPPED_MASS, tokens), offsets));
  }

  /** Mean over layers and tokens for each row. */
  private float[] dropped(float[] ofTokens, int[] offsets) {
    float[] dropped = new float[offsets.length - 1];
    for (int row = 0; row < dropped.length; row++) {
      for (int token = offsets[row]; token < offsets[row + 1]; token++) {
        dropped[row] += ofTokens[token];
      }
      dropped[row] /= layers.size() * (offsets[row + 1] - offsets[row]);
    }
    return dropped;
  }

  /** Full attention within each row; {@code projected} holds query, key, value. */
  private void attend(float[] projected, int[] offsets, float[] attended, Workspace workspace) {
    for (int row = 0; row + 1 < offsets.length; row++) {
      int first = offsets[row];
      int length = offsets[row + 1] - first;
      float[] scratch =
          workspace.array(Use.WEIGHTS, Kernels.sentenceScratch(attention.headWidth(), length));
      kernels.attendSentence(
          attention.heads(),
          attention.headWidth(),
          projected,
          first * 3 * width,
          length,
          attended,
          first * width,
          scratch);
    }
  }
}
