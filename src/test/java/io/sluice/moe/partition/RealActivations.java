package io.sluice.moe.partition;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.LanguagePair;
import io.sluice.model.ActivationListener;
import io.sluice.model.DecoderState;
import io.sluice.model.EncoderOutput;
import io.sluice.model.LayerBudgets;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.nn.Workspace;
import io.sluice.search.GreedySearch;
import io.sluice.search.StepScorer;
import io.sluice.tensor.FloatMath;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Co-activation of the bundled model's decoder while it translates the demo sentences, greedy. */
final class RealActivations {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final int BATCH = 32;

  private RealActivations() {}

  /** Of one decoder layer, over the free-running translations of the demo sentences. */
  static CoActivation ofDecoderLayer(int layer) throws IOException {
    CoActivation.Counter[] counter = new CoActivation.Counter[1];
    try (InputStream demo = RealActivations.class.getResourceAsStream("/demo/sentences.en.txt")) {
      String text = new String(demo.readAllBytes(), StandardCharsets.UTF_8);
      translate(
          text.lines().filter(line -> !line.isBlank()).toList(),
          (index, point, values, rows, width) -> {
            if (index == layer && point == ActivationListener.Point.FEED_FORWARD_ACTIVATION) {
              if (counter[0] == null) {
                counter[0] = new CoActivation.Counter(width);
              }
              counter[0].add(values, rows);
            }
          });
    }
    return counter[0].result();
  }

  /** Translates sentences; the listener sees the decoder. */
  static void translate(List<String> lines, ActivationListener listener) throws IOException {
    ModelBundle bundle = ModelBundle.bundled();
    try (InputStream json = bundle.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(json);
        Transformer model = TransformerLoader.load(bundle, new Nd4jBackend())) {
      for (int from = 0; from < lines.size(); from += BATCH) {
        List<int[]> sources = new ArrayList<>();
        for (String line : lines.subList(from, Math.min(lines.size(), from + BATCH))) {
          sources.add(tokenizer.encode(line, EN_DE));
        }
        translate(model, sources, tokenizer.targetLanguageId(EN_DE.target()), listener);
      }
    }
  }

  private static void translate(
      Transformer model, List<int[]> sources, int language, ActivationListener listener) {
    Workspace workspace = new Workspace();
    EncoderOutput encoded = model.encoder().encode(sources, workspace);
    DecoderState state = model.decoder().open(encoded, LayerBudgets.ALL, null);
    int[] first = new int[sources.size()];
    int[] caps = new int[sources.size()];
    Arrays.fill(first, language);
    for (int row = 0; row < caps.length; row++) {
      caps[row] = Math.min(128, sources.get(row).length * 8 / 5 + 10);
    }
    int vocabulary = model.decoder().vocabulary();
    StepScorer scorer =
        (parents, tokens, rows, asked, best, ids, logs) -> {
          float[] logits = workspace.array(Workspace.Use.LOGITS, asked * vocabulary);
          model.decoder().step(state, parents, tokens, rows, asked, logits, workspace, listener);
          for (int row = 0; row < asked; row++) {
            FloatMath.topLogProbabilities(
                logits, row * vocabulary, vocabulary, best, ids, logs, row * best);
          }
        };
    var unused =
        new GreedySearch(model.config().startToken(), model.config().endToken())
            .search(scorer, first, caps, caps.length, (row, hypothesis) -> {});
  }
}
