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
import io.sluice.tensor.Nd4jBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The bundled decoder's feed-forward layers with and without skipping of zeros, on inputs that they
 * see while English text is translated; the sides take turns call by call. Between calls as many
 * bytes pass as the rest of a step reads. Prints medians in microseconds.
 *
 * <p>Arguments: text, one sentence a line; rounds; rows (comma-separated); bytes read between
 * calls.
 */
public final class ZeroSkipTimes {
  private static final int SENTENCES = 50;

  private ZeroSkipTimes() {}

  private record Side(List<FeedForward> layers, double[] micros) {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    int rounds = Integer.parseInt(arguments[1]);
    String rows = arguments[2];
    int between = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 4 << 20;
    Kernels kernels = KernelChoice.of(KernelChoice.Request.AUTO);
    try (Transformer skipping = load(kernels, true);
        Transformer dense = load(kernels, false)) {
      List<float[]> inputs = inputs(Path.of(arguments[0]));
      for (String part : rows.split(",")) {
        time(dense, skipping, inputs, Integer.parseInt(part), rounds, new int[between / 4]);
      }
    }
  }

  private static Transformer load(Kernels kernels, boolean skipZeros) {
    return TransformerLoader.load(ModelBundle.bundled(), new Nd4jBackend(kernels, skipZeros));
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
      return seen.stream().map(ZeroSkipTimes::joined).toList();
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
      Transformer dense,
      Transformer skipping,
      List<float[]> inputs,
      int rows,
      int rounds,
      int[] rest) {
    int width = dense.config().width();
    int tokens = inputs.get(0).length / width - rows;
    List<Side> sides =
        List.of(
            new Side(dense.decoder().feedForwards(), new double[rounds]),
            new Side(skipping.decoder().feedForwards(), new double[rounds]));
    Workspace workspace = new Workspace();
    float[] x = new float[rows * width];
    float[] y = new float[rows * width];
    int checkSum = 0;
    for (int round = -rounds; round < rounds; round++) {
      int layer = Math.floorMod(round, inputs.size());
      int from = Math.floorMod(round * 31, tokens) * width;
      System.arraycopy(inputs.get(layer), from, x, 0, x.length);
      for (int turn = 0; turn < 2; turn++) {
        Side side = sides.get((round + turn) & 1);
        checkSum += Arrays.stream(rest).sum();
        long start = System.nanoTime();
        side.layers.get(layer).apply(x, rows, Route.ALL, workspace, y);
        if (round >= 0) {
          side.micros[round] = (System.nanoTime() - start) / 1e3;
        }
      }
    }
    double plain = median(sides.get(0).micros);
    double skipped = median(sides.get(1).micros);
    System.out.printf(
        Locale.ROOT,
        "rows %d: all %.1f us, fired ones %.1f us, %.2f times as fast; %d tokens%s%n",
        rows,
        plain,
        skipped,
        plain / skipped,
        tokens,
        checkSum == 0 ? "" : "?");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
