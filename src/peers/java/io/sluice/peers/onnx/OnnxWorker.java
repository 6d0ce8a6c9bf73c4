package io.sluice.peers.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.sluice.peers.PeerEngine.PeerBatch;
import io.sluice.peers.PeerException;
import io.sluice.peers.greedy.GreedyOutputs;
import io.sluice.peers.greedy.GreedyWorker;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A session of one thread for each graph. What the graphs hand on (keys, values, mask) stays in the
 * runtime's memory; logits are written into a buffer that is used again and again. Not thread-safe.
 */
final class OnnxWorker implements GreedyWorker {
  static final String ENCODER = "encoder.onnx";
  static final String DECODER = "decoder_step.onnx";
  private static final String PAST = "past_";
  private static final String PRESENT = "present_";
  private static final String LOGITS = "logits";

  private final OrtEnvironment environment;
  private final OrtSession encoder;
  private final OrtSession decoder;
  private final List<String> pasts = new ArrayList<>();
  private final Kernels kernels = KernelChoice.of(KernelChoice.Request.AUTO);
  private final int heads;
  private final int headWidth;
  private final int vocabulary;
  private FloatBuffer logits = direct(0);
  private final float[] row;

  OnnxWorker(OrtEnvironment environment, Path folder) throws OrtException {
    this.environment = environment;
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      encoder = environment.createSession(folder.resolve(ENCODER).toString(), options);
      decoder = environment.createSession(folder.resolve(DECODER).toString(), options);
    }
    for (String name : decoder.getInputNames()) {
      if (name.startsWith(PAST)) {
        pasts.add(name);
      }
    }
    long[] shape = shape(decoder.getInputInfo().get(pasts.get(0)).getInfo());
    heads = (int) shape[1];
    headWidth = (int) shape[3];
    long[] output = shape(decoder.getOutputInfo().get(LOGITS).getInfo());
    vocabulary = (int) output[output.length - 1];
    row = new float[vocabulary];
  }

  private static long[] shape(ai.onnxruntime.ValueInfo info) {
    return ((ai.onnxruntime.TensorInfo) info).getShape();
  }

  @Override
  public PeerBatch translate(List<int[]> sources, int start, int[] languages, int[] caps, int end) {
    try {
      return run(sources, start, languages, caps, end);
    } catch (OrtException e) {
      throw new PeerException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  private PeerBatch run(List<int[]> sources, int start, int[] languages, int[] caps, int end)
      throws OrtException {
    long started = System.nanoTime();
    int rows = sources.size();
    try (OnnxTensor ids = sourceIds(sources);
        Result encoded = encoder.run(Map.of("input_ids", ids))) {
      long encodedAt = System.nanoTime();
      Map<String, OnnxTensorLike> inputs = new HashMap<>();
      for (Map.Entry<String, OnnxValue> output : encoded) {
        inputs.put(output.getKey(), (OnnxTensor) output.getValue());
      }
      GreedyOutputs outputs = new GreedyOutputs(kernels, caps, end);
      long[] feed = new long[rows];
      Arrays.fill(feed, start);
      decode(inputs, outputs, feed, languages);
      return new PeerBatch(
          outputs.tokens(),
          outputs.logProbabilities(),
          encodedAt - started,
          System.nanoTime() - encodedAt);
    }
  }

  private void decode(
      Map<String, OnnxTensorLike> inputs, GreedyOutputs outputs, long[] feed, int[] languages)
      throws OrtException {
    int rows = feed.length;
    logits = logits.capacity() < rows * vocabulary ? direct(rows * vocabulary) : logits;
    logits.clear().limit(rows * vocabulary);
    LongBuffer ids = direct(2 * rows, Long.BYTES).asLongBuffer();
    LongBuffer position = direct(2, Long.BYTES).asLongBuffer();
    Set<String> presents = new HashSet<>();
    pasts.forEach(past -> presents.add(PRESENT + past.substring(PAST.length())));
    List<AutoCloseable> first = new ArrayList<>();
    Result previous = null;
    try (OnnxTensor idTensor =
            OnnxTensor.createTensor(environment, ids.limit(rows), new long[] {rows, 1});
        OnnxTensor positionTensor =
            OnnxTensor.createTensor(environment, position.limit(1), new long[] {1});
        OnnxTensor logitTensor =
            OnnxTensor.createTensor(environment, logits, new long[] {rows, vocabulary})) {
      inputs.put("ids", idTensor);
      inputs.put("position", positionTensor);
      for (String past : pasts) {
        OnnxTensor none =
            OnnxTensor.createTensor(environment, direct(0), new long[] {rows, heads, 0, headWidth});
        first.add(none);
        inputs.put(past, none);
      }
      for (int step = 0; outputs.open() > 0; step++) {
        ids.put(0, feed);
        position.put(0, step);
        Result result = decoder.run(inputs, presents, Map.of(LOGITS, logitTensor));
        if (previous != null) {
          previous.close();
        }
        previous = result;
        for (String past : pasts) {
          String present = PRESENT + past.substring(PAST.length());
          inputs.put(past, (OnnxTensor) result.get(present).orElseThrow());
        }
        if (step == 0) {
          for (int i = 0; i < rows; i++) {
            feed[i] = languages[i];
          }
        } else {
          outputs.choose(logits, row, feed);
        }
      }
    } finally {
      if (previous != null) {
        previous.close();
      }
      for (AutoCloseable tensor : first) {
        ((OnnxTensor) tensor).close();
      }
    }
  }

  private OnnxTensor sourceIds(List<int[]> sources) throws OrtException {
    int longest = sources.stream().mapToInt(source -> source.length).max().orElseThrow();
    LongBuffer ids = direct(sources.size() * longest, Long.BYTES).asLongBuffer();
    for (int[] source : sources) {
      for (int s = 0; s < longest; s++) {
        ids.put(s < source.length ? source[s] : GreedyOutputs.PADDING);
      }
    }
    ids.rewind();
    return OnnxTensor.createTensor(environment, ids, new long[] {sources.size(), longest});
  }

  private static FloatBuffer direct(int floats) {
    return direct(floats, Float.BYTES).asFloatBuffer();
  }

  private static ByteBuffer direct(int values, int size) {
    return ByteBuffer.allocateDirect(values * size).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    try {
      encoder.close();
      decoder.close();
    } catch (OrtException e) {
      throw new PeerException("ONNX Runtime cannot close", e);
    }
  }
}
