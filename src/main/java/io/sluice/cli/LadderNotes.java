package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.ladder.LadderSearch.Choice;
import io.sluice.control.ladder.LayerOptions;
import io.sluice.domain.RoutingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured on the way to a ladder, for people. Pure functions. */
final class LadderNotes {
  private LadderNotes() {}

  /**
   * Every choice as measured, before losses are smoothed and dominated levels left out.
   *
   * @param evaluations of each choice, one for each direction; the first choice is full quality
   */
  static void measured(ArrayNode array, List<Choice> choices, List<List<Evaluation>> evaluations) {
    List<Evaluation> full = evaluations.get(0);
    for (int i = 0; i < choices.size(); i++) {
      ObjectNode row = array.addObject();
      row.put("routing", name(choices.get(i).mode()));
      choices.get(i).experts().forEach(row.putArray("experts")::add);
      row.put("crossEntropyChangePredicted", round(choices.get(i).loss()));
      for (int d = 0; d < full.size(); d++) {
        Evaluation each = evaluations.get(i).get(d);
        ObjectNode direction = row.putObject(CalibrationData.DIRECTIONS.get(d).toString());
        var bleu = each.bleuDifference(full.get(d));
        direction.put("bleuDifference", round(bleu.value()));
        direction.put("bleuDifferenceLow", round(bleu.low()));
        direction.put("bleuDifferenceHigh", round(bleu.high()));
        direction.put("chrfDifference", round(each.chrf() - full.get(d).chrf()));
        direction.put(
            "crossEntropyChange", round(each.crossEntropy() - full.get(d).crossEntropy()));
      }
    }
  }

  /** Change in cross-entropy when one layer runs fewer experts, by mode and layer. */
  static void sensitivity(ObjectNode json, Map<RoutingMode, List<LayerOptions>> modes) {
    modes.forEach(
        (mode, layers) -> {
          ArrayNode array = json.putArray(name(mode));
          for (LayerOptions layer : layers) {
            ArrayNode row = array.addArray();
            layer
                .options()
                .forEach(
                    o ->
                        row.addObject().put("experts", o.experts()).put("change", round(o.loss())));
          }
        });
  }

  /** One line about the last choice that was measured. */
  static String summary(Choice choice, List<List<Evaluation>> evaluations) {
    LevelLoss loss = LevelLoss.of(evaluations.get(evaluations.size() - 1), evaluations.get(0));
    return String.format(
        Locale.ROOT,
        "%s %s: BLEU %+.2f, %+.4f nats a token, predicted %+.4f",
        name(choice.mode()),
        choice.experts(),
        -loss.bleu(),
        loss.crossEntropyChange(),
        choice.loss());
  }

  private static String name(RoutingMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  private static double round(double value) {
    return Math.round(value * 1e5) / 1e5;
  }
}
