package io.sluice.cli;

import static io.sluice.domain.RoutingMode.BATCH;
import static io.sluice.domain.RoutingMode.SENTENCE;
import static io.sluice.domain.RoutingMode.STATIC;
import static io.sluice.domain.RoutingMode.TOKEN;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.engine.ModelBudgets;
import io.sluice.quality.PairedBootstrap.Difference;
import io.sluice.results.Experiment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Quality of models by setting, each compared with the model that it was made from. */
final class QualityExperiments {
  private static final List<ReportSetting> BOTH_HALVES =
      List.of(
          new ReportSetting(TOKEN, 8, 4),
          new ReportSetting(TOKEN, 8, 2),
          new ReportSetting(TOKEN, 4, 4),
          new ReportSetting(TOKEN, 2, 2));

  private static final List<ReportSetting> AFTER =
      Stream.of(
              Stream.of(ReportSetting.DENSE),
              ReportSetting.decoders(TOKEN, 1, 2, 3, 4, 6),
              ReportSetting.decoders(SENTENCE, 1, 2, 3, 4, 6),
              ReportSetting.decoders(STATIC, 1, 2, 4),
              ReportSetting.decoders(BATCH, 1, 2, 4),
              BOTH_HALVES.stream(),
              Stream.of(new ReportSetting(SENTENCE, 4, 4), new ReportSetting(SENTENCE, 2, 2)))
          .flatMap(Function.identity())
          .toList();

  private static final List<ReportSetting> BEFORE =
      Stream.of(
              ReportSetting.decoders(TOKEN, 1, 2, 4),
              ReportSetting.decoders(SENTENCE, 1, 2, 4),
              ReportSetting.decoders(STATIC, 1, 2, 4),
              ReportSetting.decoders(BATCH, 1, 2, 4),
              BOTH_HALVES.stream())
          .flatMap(Function.identity())
          .toList();

  private static final List<ReportSetting> CUTS =
      List.of(
          ReportSetting.decoder(TOKEN, 1),
          ReportSetting.decoder(TOKEN, 2),
          ReportSetting.decoder(TOKEN, 4),
          ReportSetting.decoder(STATIC, 4));

  private static final List<ReportSetting> JUDGED =
      List.of(
          ReportSetting.DENSE,
          ReportSetting.decoder(TOKEN, 4),
          ReportSetting.decoder(TOKEN, 2),
          ReportSetting.decoder(TOKEN, 1),
          ReportSetting.decoder(SENTENCE, 4),
          ReportSetting.decoder(SENTENCE, 2),
          ReportSetting.decoder(STATIC, 4),
          new ReportSetting(TOKEN, 8, 2),
          new ReportSetting(TOKEN, 4, 4));

  private static final List<ReportSetting> JUDGED_BEFORE =
      List.of(
          ReportSetting.decoder(TOKEN, 4),
          new ReportSetting(TOKEN, 8, 4),
          new ReportSetting(TOKEN, 8, 2));

  private final ReportEvaluator evaluator;
  private final ReportModels models;
  private final List<ReportCorpus> corpora;
  private final List<Experiment> experiments = new ArrayList<>();
  private final int judged; // experiments before the rest

  QualityExperiments(ReportEvaluator evaluator, ReportModels models, List<ReportCorpus> corpora) {
    this.evaluator = evaluator;
    this.models = models;
    this.corpora = corpora;
    add("dense", List.of(ReportSetting.DENSE), "dense");
    add("after", JUDGED, "after");
    add("before", JUDGED_BEFORE, "dense");
    judged = experiments.size();
    add("after", without(AFTER, JUDGED), "after");
    add("before", without(BEFORE, JUDGED_BEFORE), "dense");
    add("random", CUTS, "dense");
    add("k-means", CUTS, "dense");
    differences("k-means");
    differences("before");
    add(ReportModels.ORACLE, CUTS.subList(0, 3), "dense");
    add("uncompensated", CUTS.subList(0, 3), "dense");
  }

  /** What the first targets are judged by. */
  List<Experiment> first() {
    return List.copyOf(experiments.subList(0, judged));
  }

  List<Experiment> rest() {
    return List.copyOf(experiments.subList(judged, experiments.size()));
  }

  private static List<ReportSetting> without(List<ReportSetting> all, List<ReportSetting> some) {
    return all.stream().filter(each -> !some.contains(each)).toList();
  }

  private void add(String model, List<ReportSetting> settings, String baseline) {
    for (ReportSetting setting : settings) {
      experiments.add(
          new Experiment(
              "quality-" + model + "-" + setting.label(),
              "quality of " + model + ", " + setting.label(),
              () -> evaluate(model, setting, baseline)));
    }
  }

  private ObjectNode evaluate(String model, ReportSetting setting, String baseline) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("model", model).put("setting", setting.label());
    ArrayNode rows = json.putArray("rows");
    for (ReportCorpus corpus : corpora) {
      Evaluation dense = evaluator.evaluate(baseline, ReportSetting.DENSE, corpus);
      Evaluation found = evaluator.evaluate(model, setting, corpus);
      ModelBudgets budgets = models.budgets(model);
      ObjectNode row = rows.addObject().put("corpus", corpus.name());
      row.put("denseBleu", dense.bleu());
      row.setAll(EvaluationRow.json(found, dense, setting.budget(budgets), budgets));
      row.put("bleu", found.bleu()); // not rounded: shares are computed from it
    }
    return json;
  }

  /** A cut against the random one, at the same setting. */
  private void differences(String model) {
    for (ReportSetting setting : CUTS) {
      String name = "difference-" + model + "-" + setting.label();
      experiments.add(
          new Experiment(
              name,
              "difference of " + model + " to the random cut, " + setting.label(),
              () -> difference(model, setting)));
    }
  }

  private ObjectNode difference(String model, ReportSetting setting) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("model", model).put("setting", setting.label());
    ArrayNode rows = json.putArray("rows");
    for (ReportCorpus corpus : corpora) {
      Evaluation random = evaluator.evaluate("random", setting, corpus);
      Evaluation cut = evaluator.evaluate(model, setting, corpus);
      Difference bleu = cut.bleuDifference(random);
      ObjectNode row = rows.addObject().put("corpus", corpus.name());
      row.put("value", bleu.value()).put("low", bleu.low()).put("high", bleu.high());
      row.put("crossEntropyChange", cut.crossEntropy() - random.crossEntropy());
    }
    return json;
  }
}
