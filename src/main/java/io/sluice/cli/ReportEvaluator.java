package io.sluice.cli;

import io.sluice.domain.LanguagePair;
import io.sluice.engine.TransformerTranslator;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;

/** Translates test sets, each with each model and setting once. Not thread-safe. */
final class ReportEvaluator {
  private final ReportModels models;
  private final BatchOptions batching;
  private final Map<Key, Evaluation> done = new HashMap<>();

  ReportEvaluator(ReportModels models, BatchOptions batching) {
    this.models = models;
    this.batching = batching;
  }

  /** What a setting makes of a test set; the second time from memory. */
  Evaluation evaluate(String model, ReportSetting setting, ReportCorpus corpus) {
    Key key = new Key(model, setting, corpus.name());
    Evaluation found = done.get(key);
    if (found == null) {
      found = measure(model, setting, corpus);
      done.put(key, found);
    }
    return found;
  }

  /** The same, measured again. */
  Evaluation measure(String model, ReportSetting setting, ReportCorpus corpus) {
    TransformerTranslator translator = models.translator(model);
    EvaluationRun run =
        new EvaluationRun(
            translator,
            new LanguagePair(ReportSettings.FROM, ReportSettings.TO),
            corpus.sources(),
            corpus.references(),
            batching,
            new Progress(new PrintWriter(Writer.nullWriter()), ""));
    return run.evaluate(setting.budget(translator.budgets()));
  }

  private record Key(String model, ReportSetting setting, String corpus) {}
}
