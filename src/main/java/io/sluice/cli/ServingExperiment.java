package io.sluice.cli;

import static io.sluice.cli.ProductChoice.Precision.FLOAT32;
import static io.sluice.cli.ProductChoice.Precision.INT8;
import static io.sluice.domain.RoutingMode.SENTENCE;
import static io.sluice.domain.RoutingMode.STATIC;
import static io.sluice.domain.RoutingMode.TOKEN;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.TransformerTranslator;
import io.sluice.peers.Comparison;
import io.sluice.peers.Contender;
import io.sluice.peers.OwnContender;
import io.sluice.peers.Race;
import io.sluice.peers.Race.Result;
import io.sluice.results.Experiment;
import java.util.ArrayList;
import java.util.List;

/**
 * BLEU and sentences a second of every way to serve, all in one race on Multi30k, one thread. A new
 * way to serve is one more line in {@link #WAYS}.
 */
final class ServingExperiment {
  private static final int BATCH = 32;

  /**
   * How the model is run, whatever the experts.
   *
   * @param name for people
   * @param beam hypotheses
   * @param shortlist only likely words
   * @param experts settings in which it is measured
   */
  record Way(
      String name,
      int beam,
      ProductChoice.Precision precision,
      boolean shortlist,
      List<ReportSetting> experts) {}

  private static final List<ReportSetting> EXPERTS =
      List.of(
          ReportSetting.DENSE,
          ReportSetting.decoder(TOKEN, 2),
          ReportSetting.decoder(TOKEN, 4),
          ReportSetting.decoder(SENTENCE, 4),
          ReportSetting.decoder(STATIC, 4),
          new ReportSetting(TOKEN, 8, 4),
          new ReportSetting(STATIC, 8, 4),
          new ReportSetting(TOKEN, 4, 4),
          new ReportSetting(TOKEN, 2, 2),
          new ReportSetting(SENTENCE, 4, 4),
          new ReportSetting(STATIC, 4, 4));

  private static final List<ReportSetting> ALL = List.of(ReportSetting.DENSE);

  private static final List<Way> WAYS =
      List.of(
          new Way("greedy, float32, full vocabulary", 1, FLOAT32, false, EXPERTS),
          new Way("greedy, float32, shortlist", 1, FLOAT32, true, ALL),
          new Way("greedy, int8, full vocabulary", 1, INT8, false, ALL),
          new Way("greedy, int8, shortlist", 1, INT8, true, EXPERTS),
          new Way("beam 4, float32, full vocabulary", 4, FLOAT32, false, ALL),
          new Way("beam 4, int8, shortlist", 4, INT8, true, ALL));

  private final ReportModels models;
  private final ReportCorpus corpus;
  private final int rounds;

  ServingExperiment(ReportModels models, ReportCorpus corpus, int rounds) {
    this.models = models;
    this.corpus = corpus;
    this.rounds = rounds;
  }

  Experiment experiment() {
    return new Experiment("serving", "ways to serve", this::measure);
  }

  private record Setting(Way way, ReportSetting experts) {}

  private ObjectNode measure() {
    LanguagePair languages = new LanguagePair(ReportSettings.FROM, ReportSettings.TO);
    List<TransformerTranslator> loaded = new ArrayList<>();
    List<Setting> settings = new ArrayList<>();
    List<Contender> contenders = new ArrayList<>();
    try {
      for (Way way : WAYS) {
        if (!models.servable("after", way)) {
          continue;
        }
        TransformerTranslator translator = models.open("after", way);
        loaded.add(translator);
        for (ReportSetting experts : way.experts()) {
          settings.add(new Setting(way, experts));
          contenders.add(
              new OwnContender(
                  way.name(), translator, languages, experts.budget(translator.budgets())));
        }
      }
      CorpusBatches text = CorpusBatches.of(corpus, BATCH, loaded.get(0), languages);
      List<Result> results = new Race(contenders, text.batches(), 1).run(rounds, done -> {});
      return json(settings, results, text);
    } finally {
      loaded.forEach(TransformerTranslator::close);
    }
  }

  private ObjectNode json(List<Setting> settings, List<Result> results, CorpusBatches text) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("batch", BATCH).put("rounds", rounds).put("sentences", corpus.sources().size());
    ArrayNode rows = json.putArray("rows");
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      rows.addObject()
          .put("engine", settings.get(i).way().name())
          .put("setting", settings.get(i).experts().label())
          .put("sentencesPerSecond", result.texts().size() / Comparison.seconds(result))
          .put("bleu", text.bleu(result.texts()));
    }
    return json;
  }
}
