package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.ExpertBudget;
import io.sluice.engine.ModelBudgets;
import io.sluice.quality.PairedBootstrap.Difference;
import java.util.List;
import java.util.Locale;

/** One row of {@code model eval}: a JSON object, or a line of a table. Pure functions. */
final class EvaluationRow {
  private EvaluationRow() {}

  /**
   * The JSON object.
   *
   * @param baseline the same text with every expert of encoder and decoder
   */
  static ObjectNode json(
      Evaluation evaluation, Evaluation baseline, ExpertBudget budget, ModelBudgets budgets) {
    ObjectNode row = new ObjectMapper().createObjectNode();
    row.put("experts", experts(budget.decoderExperts(), budgets.experts()));
    row.put("expertsTotal", budgets.experts());
    row.put("bleu", round(evaluation.bleu(), 2));
    row.put("chrf", round(evaluation.chrf(), 2));
    row.put("sentences", evaluation.texts().size());
    row.put("seconds", round(evaluation.seconds(), 3));
    row.put("tokensPerSecond", round(evaluation.tokens() / evaluation.seconds(), 1));
    row.put("encoderExperts", experts(budget.encoderExperts(), budgets.encoderExperts()));
    row.put("encoderExpertsTotal", budgets.encoderExperts());
    row.put("routing", budget.mode().name().toLowerCase(Locale.ROOT));
    row.put("crossEntropy", round(evaluation.crossEntropy(), 5));
    row.put("crossEntropyChange", round(evaluation.crossEntropy() - baseline.crossEntropy(), 5));
    row.put("tokenFlips", round(evaluation.tokenFlips(baseline), 5));
    put(row, "bleuDifference", evaluation.bleuDifference(baseline));
    put(row, "chrfDifference", evaluation.chrfDifference(baseline));
    return row;
  }

  private static void put(ObjectNode row, String name, Difference difference) {
    row.put(name, round(difference.value(), 2));
    row.put(name + "Low", round(difference.low(), 2));
    row.put(name + "High", round(difference.high(), 2));
  }

  /** Above the lines of a table. */
  static String heading() {
    return "experts  encoder  routing    BLEU  difference (95 %)         chrF2  difference (95 %)"
        + "         nats/token   change   flips  tokens/s";
  }

  /** The object as a line of a table. */
  static String line(ObjectNode row) {
    return String.format(
        Locale.ROOT,
        "%7s  %7s  %-8s  %5.2f  %+5.2f (%+5.2f to %+5.2f)  %5.2f  %+5.2f (%+5.2f to %+5.2f)"
            + "  %10.4f  %+7.4f  %5.2f%%  %8.0f",
        row.path("experts").asInt() + "/" + row.path("expertsTotal").asInt(),
        row.path("encoderExperts").asInt() + "/" + row.path("encoderExpertsTotal").asInt(),
        row.path("routing").asText(),
        row.path("bleu").asDouble(),
        row.path("bleuDifference").asDouble(),
        row.path("bleuDifferenceLow").asDouble(),
        row.path("bleuDifferenceHigh").asDouble(),
        row.path("chrf").asDouble(),
        row.path("chrfDifference").asDouble(),
        row.path("chrfDifferenceLow").asDouble(),
        row.path("chrfDifferenceHigh").asDouble(),
        row.path("crossEntropy").asDouble(),
        row.path("crossEntropyChange").asDouble(),
        100 * row.path("tokenFlips").asDouble(),
        row.path("tokensPerSecond").asDouble());
  }

  private static int experts(List<Integer> ofLayers, int total) {
    return ofLayers.isEmpty() ? total : ofLayers.get(0);
  }

  private static double round(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
