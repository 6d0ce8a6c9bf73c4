package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.model.ActivationListener.Point;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.search.GreedySearch;
import io.sluice.search.Hypothesis;
import io.sluice.search.StepScorer;
import io.sluice.tensor.FloatMath;
import io.sluice.tensor.Nd4jBackend;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares every stage of the bundled model, and its translations with half of the experts, with
 * what PyTorch computed in float32 from the same bundle ({@code golden/}, made by
 * training/golden.py).
 */
class GoldenParityTest {
  private static final double TOLERANCE = 1e-4;

  private static JsonNode sentences;
  private static Safetensors golden;
  private static Transformer model;

  @BeforeAll
  static void load() throws IOException {
    try (InputStream json = GoldenParityTest.class.getResourceAsStream("/golden/golden.json");
        InputStream values =
            GoldenParityTest.class.getResourceAsStream("/golden/golden.safetensors")) {
      sentences = new ObjectMapper().readTree(json);
      golden = Safetensors.read(values, "golden.safetensors");
    }
    model = TransformerLoader.load(ModelBundle.bundled(), new Nd4jBackend());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldMatchEveryGoldenTensor() {
    Map<String, Double> worst = new TreeMap<>();
    for (int i = 0; i < sentences.size(); i++) {
      compareSentence(i, worst);
    }
    System.out.println("largest relative difference by stage: " + worst);
    assertThat(worst).hasSize(12);
    assertThat(worst.values()).allSatisfy(d -> assertThat(d).isLessThan(TOLERANCE));
  }

  private static void compareSentence(int i, Map<String, Double> worst) {
    JsonNode sentence = sentences.get(i);
    Workspace workspace = new Workspace();
    EncoderOutput encoded = model.encoder().encode(List.of(ids(sentence, "source_ids")), workspace);
    compare(i + ".encoder.out", encoded.states(), 0, worst);
    DecoderState state = model.decoder().begin(encoded, workspace);
    int[] inputs = ids(sentence, "decoder_input_ids");
    float[] logits = new float[model.config().vocabulary()];
    for (int t = 0; t < inputs.length; t++) {
      int step = t;
      ActivationListener listener =
          (layer, point, values, rows, width) ->
              compare(name(i, layer, point), values, step, worst);
      model
          .decoder()
          .step(state, new int[] {0}, new int[] {inputs[t]}, logits, workspace, listener);
      compare(i + ".logits", logits, t, worst);
    }
  }

  private static String name(int sentence, int layer, Point point) {
    return switch (point) {
      case FEED_FORWARD_INPUT -> sentence + ".decoder." + layer + ".ffn_in";
      case FEED_FORWARD_ACTIVATION -> sentence + ".decoder." + layer + ".ffn_act";
      case LAYER_OUTPUT -> sentence + ".decoder." + layer + ".out";
      case DECODER_OUTPUT -> sentence + ".decoder.out";
    };
  }

  /** Relative to the largest value of the row: max |a − b| / max |b|. */
  private static void compare(
      String name, float[] actual, int firstRow, Map<String, Double> worst) {
    Safetensors.Tensor expected = golden.find(name);
    assertThat(expected).as(name).isNotNull();
    int width = expected.shape()[1];
    boolean whole = name.endsWith("encoder.out");
    int rows = whole ? expected.shape()[0] : 1;
    for (int row = 0; row < rows; row++) {
      int from = (firstRow + row) * width;
      double difference = 0;
      double largest = 0;
      for (int k = 0; k < width; k++) {
        double e = expected.values()[from + k];
        difference = Math.max(difference, Math.abs(actual[row * width + k] - e));
        largest = Math.max(largest, Math.abs(e));
      }
      worst.merge(
          name.substring(name.indexOf('.') + 1), difference / Math.max(largest, 1e-3), Math::max);
    }
  }

  @Test
  void shouldGiveTheGoldenGreedyOutputInOneBatch() {
    assertGreedy(LayerBudgets.ALL, LayerBudgets.ALL, sentence -> sentence);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"TOKEN", "SENTENCE"})
  void shouldGiveTheGoldenGreedyOutputWithHalfOfTheExperts(Mode mode) {
    String name = mode.name().toLowerCase(Locale.ROOT);
    JsonNode first = sentences.get(0).path("few").path(name);
    int[] plans =
        assertGreedy(
            budgets(mode, first.path("encoder_experts"), model.config().encoderLayers()),
            budgets(mode, first.path("experts"), model.config().decoderLayers()),
            sentence -> sentence.path("few").path(name));
    for (int i = 0; mode == Mode.SENTENCE && i < sentences.size(); i++) {
      assertThat(plans[i]).isEqualTo(sentences.get(i).path("few").path(name).path("plan").asInt());
    }
  }

  private static LayerBudgets budgets(Mode mode, JsonNode experts, int layers) {
    assertThat(experts.isInt()).isTrue();
    return LayerBudgets.uniform(mode, experts.asInt(), layers);
  }

  /**
   * Translates all sentences and compares.
   *
   * @param golden what PyTorch said of a sentence
   * @return the plans that were chosen; null: none
   */
  private static int[] assertGreedy(
      LayerBudgets encoder, LayerBudgets decoder, UnaryOperator<JsonNode> golden) {
    Workspace workspace = new Workspace();
    List<int[]> sources = new ArrayList<>();
    int[] first = new int[sentences.size()];
    int[] caps = new int[sentences.size()];
    for (int i = 0; i < first.length; i++) {
      int[] source = ids(sentences.get(i), "source_ids");
      sources.add(source);
      first[i] = sentences.get(i).path("decoder_input_ids").get(1).asInt();
      caps[i] = (int) Math.min(128, 1.6 * source.length + 10);
    }
    EncoderOutput encoded =
        model.encoder().encode(sources, encoder, workspace, ActivationListener.NONE);
    int[] plans = model.decoder().plans(encoded, decoder, first, workspace);
    DecoderState state = model.decoder().open(encoded, decoder, plans);
    int vocabulary = model.config().vocabulary();
    StepScorer scorer =
        (parents, tokens, rows, asked, best, ids, logs) -> {
          float[] logits = new float[asked * vocabulary];
          model
              .decoder()
              .step(
                  state, parents, tokens, rows, asked, logits, workspace, ActivationListener.NONE);
          for (int row = 0; row < asked; row++) {
            FloatMath.topLogProbabilities(
                logits, row * vocabulary, vocabulary, best, ids, logs, row * best);
          }
        };
    List<Hypothesis> found =
        new GreedySearch(model.config().startToken(), model.config().endToken())
            .search(scorer, first, caps, 1 + first.length / 3, (r, h) -> {});
    for (int i = 0; i < first.length; i++) {
      JsonNode sentence = golden.apply(sentences.get(i));
      int[] expected = ids(sentence, "greedy_ids");
      assertThat(found.get(i).tokens())
          .as("sentence %d", i)
          .isEqualTo(Arrays.copyOf(expected, expected.length - 1));
      for (int t = 0; t < expected.length; t++) {
        assertThat((double) found.get(i).logProbabilities()[t])
            .as("sentence %d token %d", i, t)
            .isCloseTo(sentence.path("token_log_probabilities").get(t).asDouble(), within(1e-4));
      }
    }
    return plans;
  }

  private static int[] ids(JsonNode sentence, String field) {
    int[] ids = new int[sentence.path(field).size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = sentence.path(field).get(i).asInt();
    }
    return ids;
  }
}
