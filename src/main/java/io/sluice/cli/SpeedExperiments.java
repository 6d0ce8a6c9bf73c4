package io.sluice.cli;

import static io.sluice.domain.RoutingMode.SENTENCE;
import static io.sluice.domain.RoutingMode.STATIC;
import static io.sluice.domain.RoutingMode.TOKEN;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.quality.Bleu;
import io.sluice.results.Experiment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Time of whole translations of Multi30k, and of ten sentences one by one. */
final class SpeedExperiments {
  private static final List<ReportSetting> OF_MODEL =
      List.of(
          ReportSetting.DENSE,
          ReportSetting.decoder(TOKEN, 1),
          ReportSetting.decoder(TOKEN, 2),
          ReportSetting.decoder(TOKEN, 4),
          ReportSetting.decoder(SENTENCE, 1),
          ReportSetting.decoder(SENTENCE, 2),
          ReportSetting.decoder(SENTENCE, 4),
          ReportSetting.decoder(STATIC, 1),
          ReportSetting.decoder(STATIC, 2),
          ReportSetting.decoder(STATIC, 4),
          new ReportSetting(TOKEN, 4, 4),
          new ReportSetting(SENTENCE, 4, 4),
          new ReportSetting(SENTENCE, 2, 2));

  private static final List<ReportSetting> BY_NUMBER =
      List.of(
          ReportSetting.DENSE,
          ReportSetting.decoder(TOKEN, 2),
          ReportSetting.decoder(TOKEN, 4),
          ReportSetting.decoder(STATIC, 4));

  private static final List<ReportSetting> OF_SAMPLE =
      List.of(
          ReportSetting.DENSE, ReportSetting.decoder(TOKEN, 4), ReportSetting.decoder(SENTENCE, 4));

  private final ReportEvaluator evaluator;
  private final ReportCorpus corpus;
  private final int rounds;

  SpeedExperiments(ReportEvaluator evaluator, ReportCorpus corpus, int rounds) {
    this.evaluator = evaluator;
    this.corpus = corpus;
    this.rounds = rounds;
  }

  List<Experiment> all() {
    List<Experiment> experiments = new ArrayList<>();
    experiments.add(new Experiment("speed-after", "speed by k", () -> speed("after", OF_MODEL)));
    for (String model : List.of("n8", "n16", "n64")) {
      experiments.add(
          new Experiment("speed-" + model, "speed, " + model, () -> speed(model, BY_NUMBER)));
    }
    experiments.add(new Experiment("ten-sentences", "ten sentences", this::sample));
    return experiments;
  }

  /** Settings take turns, so that what slows the machine down slows all of them down. */
  private ObjectNode speed(String model, List<ReportSetting> settings) {
    Map<ReportSetting, List<Double>> seconds = new LinkedHashMap<>();
    settings.forEach(setting -> seconds.put(setting, new ArrayList<>()));
    long tokens = 0;
    for (int round = 0; round < rounds; round++) {
      for (ReportSetting setting : settings) {
        Evaluation evaluation = evaluator.measure(model, setting, corpus);
        seconds.get(setting).add(evaluation.seconds());
        tokens = setting.equals(ReportSetting.DENSE) ? evaluation.tokens() : tokens;
      }
    }
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("model", model).put("sentences", corpus.sources().size());
    json.put("rounds", rounds).put("denseTokens", tokens);
    ArrayNode rows = json.putArray("rows");
    seconds.forEach(
        (setting, all) -> {
          List<Double> sorted = all.stream().sorted().toList();
          rows.addObject()
              .put("setting", setting.label())
              .put("seconds", sorted.get((sorted.size() - 1) / 2))
              .put("least", sorted.get(0))
              .put("most", sorted.get(sorted.size() - 1));
        });
    return json;
  }

  private ObjectNode sample() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    ArrayNode settings = json.putArray("settings");
    for (ReportSetting setting : OF_SAMPLE) {
      ObjectNode found = settings.addObject().put("setting", setting.label());
      ArrayNode sentences = found.putArray("sentences");
      long[] counts = null;
      for (ReportCorpus sentence : corpus.sample()) {
        Evaluation evaluation = evaluator.measure("after", setting, sentence);
        long[] own = evaluation.bleuCounts()[0];
        counts = counts == null ? own.clone() : sum(counts, own);
        sentences
            .addObject()
            .put("line", Integer.parseInt(sentence.name()))
            .put("seconds", evaluation.seconds())
            .put("bleu", evaluation.bleu());
      }
      found.put("bleu", Bleu.score(counts));
    }
    return json;
  }

  private static long[] sum(long[] counts, long[] more) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += more[i];
    }
    return counts;
  }
}
