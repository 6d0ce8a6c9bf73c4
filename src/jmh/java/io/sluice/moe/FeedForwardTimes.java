package io.sluice.moe;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.model.ActivationListener;
import io.sluice.model.DecoderState;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.nn.FeedForward;
import io.sluice.nn.Route;
import io.sluice.nn.Workspace;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.dnnl.DnnlBackend;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The bundled decoder's feed-forward layers in float32 by OpenBLAS, oneDNN and vector instructions,
 * on inputs that they see while English text is translated; the sides take turns call by call.
 * Between calls as many bytes pass as the rest of a step reads. Counts processor time; prints
 * medians in microseconds.
 *
 * <p>Arguments: text, one sentence a line; rounds; rows (comma-separated); experts k
 * (comma-separated); bytes read between calls.
 */
public final class FeedForwardTimes {
  private static final int SENTENCES = 50;

  private FeedForwardTimes() {}

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private record Side(String name, List<FeedForward> layers, Route route, double[] micros) {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    int rounds = Integer.parseInt(arguments[1]);
    int[] ks = Arrays.stream(arguments[3].split(",")).mapToInt(Integer::parseInt).toArray();
    int between = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 4 << 20;
    Kernels kernels = KernelChoice.of(KernelChoice.Request.AUTO);
    try (Transformer openBlas = load(new Nd4jBackend(kernels, false));
        Transformer oneDnn = load(DnnlBackend.float32(kernels, false));
        Transformer fused = load(DnnlBackend.float32(kernels, true))) {
      List<float[]> inputs = inputs(Path.of(arguments[0]));
      for (String part : arguments[2].split(",")) {
        List<Side> sides = new ArrayList<>();
        add("OpenBLAS", openBlas, ks, rounds, sides);
        add("oneDNN", oneDnn, ks, rounds, sides);
        add("fused", fused, ks, rounds, sides);
        time(sides, inputs, Integer.parseInt(part), rounds, new int[between / 4]);
      }
    }
  }

  private static Transformer load(MatrixBackend backend) {
    return TransformerLoader.load(ModelBundle.bundled(), backend);
  }

  private static void add(String name, Transformer model, int[] ks, int rounds, List<Side> sides) {
    List<FeedForward> layers = model.decoder().feedForwards();
    sides.add(new Side(name + ", all", layers, Route.ALL, new double[rounds]));
    for (int k : ks) {
      Route token = Route.of(Route.Mode.TOKEN, k);
      sides.add(new Side(name + ", token " + k, layers, token, new double[rounds]));
      Route first = Route.of(Route.Mode.STATIC, k);
      sides.add(new Side(name + ", static " + k, layers, first, new double[rounds]));
    }
  }

  /** Inputs of each layer, shape (tokens, D). */
  private static List<float[]> inputs(Path text) throws IOException {
    try (TransformerTranslator translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("cpu/benchmark"))) {
      Transformer model = translator.transformer();
      LanguagePair pair = new LanguagePair("en", "de");
      int german =
          translator
              .prepare("Guten Tag", new LanguagePair("de", "en"))
              .segments()
              .get(0)
              .sourceIds()[0];
      List<List<float[]>> seen = new ArrayList<>();
      model.decoder().feedForwards().forEach(layer -> seen.add(new ArrayList<>()));
      ActivationListener listener =
          (layer, point, values, rows, width) -> {
            if (point == ActivationListener.Point.FEED_FORWARD_INPUT) {
              seen.get(layer).add(Arrays.copyOf(values, width));
            }
          };
      Workspace workspace = new Workspace();
      float[] logits = new float[model.decoder().vocabulary()];
      int[] first = new int[1];
      for (String line : Files.readAllLines(text).subList(0, SENTENCES)) {
        int[] source = translator.prepare(line, pair).segments().get(0).sourceIds();
        DecoderState state =
            model.decoder().begin(model.encoder().encode(List.of(source), workspace), workspace);
        int start = model.config().startToken();
        model
            .decoder()
            .step(state, first, new int[] {start}, null, workspace, ActivationListener.NONE);
        int token = german;
        for (int step = 0; step < source.length && token != start; step++) {
          model.decoder().step(state, first, new int[] {token}, logits, workspace, listener);
          token = 0;
          for (int i = 1; i < logits.length; i++) {
            token = logits[i] > logits[token] ? i : token;
          }
        }
      }
      return seen.stream().map(FeedForwardTimes::joined).toList();
    }
  }

  private static float[] joined(List<float[]> rows) {
    int width = rows.get(0).length;
    float[] joined = new float[rows.size() * width];
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(rows.get(row), 0, joined, row * width, width);
    }
    return joined;
  }

  private static void time(
      List<Side> sides, List<float[]> inputs, int rows, int rounds, int[] rest) {
    int width = LayerFixture.WIDTH;
    int tokens = inputs.get(0).length / width - rows;
    Workspace workspace = new Workspace();
    float[] x = new float[rows * width];
    float[] y = new float[rows * width];
    int checkSum = 0;
    for (int round = -rounds; round < rounds; round++) {
      int layer = Math.floorMod(round, inputs.size());
      int from = Math.floorMod(round * 31, tokens) * width;
      System.arraycopy(inputs.get(layer), from, x, 0, x.length);
      for (int turn = 0; turn < sides.size(); turn++) {
        Side side = sides.get(Math.floorMod(round + turn, sides.size()));
        checkSum += Arrays.stream(rest).sum();
        long start = THREADS.getCurrentThreadCpuTime();
        side.layers.get(layer).apply(x, rows, side.route, workspace, y);
        if (round >= 0) {
          side.micros[round] = (THREADS.getCurrentThreadCpuTime() - start) / 1e3;
        }
      }
    }
    for (Side side : sides) {
      System.out.printf(
          Locale.ROOT,
          "rows %2d  %-20s %7.1f us, least %7.1f%n",
          rows,
          side.name,
          median(side.micros),
          Arrays.stream(side.micros).min().orElseThrow());
    }
    if (checkSum != 0) {
      throw new IllegalStateException("zeros add up to " + checkSum);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
