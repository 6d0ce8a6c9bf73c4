package io.sluice.peers.pytorch;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.sluice.peers.PeerEngine.PeerBatch;
import io.sluice.peers.PeerException;
import io.sluice.peers.greedy.GreedyOutputs;
import io.sluice.peers.greedy.GreedyWorker;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Two TorchScript modules. What they hand on (keys, values, mask) stays in PyTorch's memory; only
 * logits are copied. Not thread-safe.
 */
final class PytorchWorker implements GreedyWorker {
  private final Model encoder;
  private final Model decoder;
  private final Kernels kernels = KernelChoice.of(KernelChoice.Request.AUTO);
  private float[] row = new float[0];

  /** Both are closed with it. */
  PytorchWorker(Model encoder, Model decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  @Override
  public PeerBatch translate(List<int[]> sources, int start, int[] languages, int[] caps, int end) {
    try (NDManager batch = decoder.getNDManager().newSubManager()) {
      long started = System.nanoTime();
      NDList encoded = run(encoder, new NDList(sourceIds(batch, sources)));
      encoded.get(0).toType(DataType.FLOAT32, false).getFloat(0, 0, 0, 0); // waits for it
      long encodedAt = System.nanoTime();
      GreedyOutputs outputs = new GreedyOutputs(kernels, caps, end);
      long[] feed = new long[sources.size()];
      Arrays.fill(feed, start);
      decode(batch, encoded, outputs, feed, languages);
      return new PeerBatch(
          outputs.tokens(),
          outputs.logProbabilities(),
          encodedAt - started,
          System.nanoTime() - encodedAt);
    } catch (IllegalStateException | ai.djl.engine.EngineException e) {
      throw new PeerException("PyTorch failed: " + e.getMessage(), e);
    }
  }

  /**
   * Searches.
   *
   * @param encoded the mask, then keys and values of cross-attention
   */
  private void decode(
      NDManager batch, NDList encoded, GreedyOutputs outputs, long[] feed, int[] languages) {
    int rows = feed.length;
    Shape keys = encoded.get(1).getShape(); // (B, H, S, D/H)
    Shape none = new Shape(rows, keys.get(1), 0, keys.get(3));
    NDList past = new NDList();
    for (int i = 1; i < encoded.size(); i++) {
      past.add(batch.create(none, DataType.FLOAT32));
    }
    NDManager previous = null;
    try {
      for (int step = 0; outputs.open() > 0; step++) {
        NDManager now = batch.newSubManager(); // owns what this step puts out
        NDList inputs = new NDList(now.create(feed, new Shape(rows, 1)));
        inputs.add(now.create(new long[] {step}));
        inputs.addAll(encoded);
        inputs.addAll(past);
        NDList put = run(decoder, inputs);
        if (previous != null) {
          previous.close();
        }
        previous = now;
        past = put.subNDList(1);
        if (step == 0) {
          for (int i = 0; i < rows; i++) {
            feed[i] = languages[i];
          }
        } else {
          choose(put.get(0), outputs, feed);
        }
      }
    } finally {
      if (previous != null) {
        previous.close();
      }
    }
  }

  private void choose(NDArray logits, GreedyOutputs outputs, long[] feed) {
    int vocabulary = (int) logits.getShape().get(1);
    row = row.length == vocabulary ? row : new float[vocabulary];
    FloatBuffer values = logits.toByteBuffer().asFloatBuffer();
    outputs.choose(values, row, feed);
  }

  private static NDList run(Model model, NDList inputs) {
    ParameterStore parameters = new ParameterStore(model.getNDManager(), false);
    return model.getBlock().forward(parameters, inputs, false);
  }

  private static NDArray sourceIds(NDManager manager, List<int[]> sources) {
    int longest = sources.stream().mapToInt(source -> source.length).max().orElseThrow();
    long[] ids = new long[sources.size() * longest];
    Arrays.fill(ids, GreedyOutputs.PADDING);
    for (int i = 0; i < sources.size(); i++) {
      int[] source = sources.get(i);
      for (int s = 0; s < source.length; s++) {
        ids[i * longest + s] = source[s];
      }
    }
    return manager.create(ids, new Shape(sources.size(), longest));
  }

  @Override
  public void close() {
    encoder.close();
    decoder.close();
  }
}
