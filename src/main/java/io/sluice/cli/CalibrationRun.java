package io.sluice.cli;

import io.sluice.cli.CalibrationData.Entry;
import io.sluice.cli.CalibrationData.Half;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TransformerTranslator;
import io.sluice.quality.Calibration;
import io.sluice.quality.CalibrationReport;
import io.sluice.quality.LanguageProfile;
import io.sluice.quality.QualityCalibrator;
import io.sluice.quality.QualityCalibrator.Example;
import io.sluice.quality.QualityEstimator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Fits the quality score of a model on validation halves and judges it on test halves. Repeats to
 * about six digits: sums in matrix products depend on where their operands lie in memory.
 */
final class CalibrationRun {
  /** Name and version of the estimator. */
  static final String METHOD = "ridge-isotonic-1";

  private static final int BATCH = 32;

  private final TransformerTranslator translator;
  private final CalibrationData data;
  private final int threads;
  private final Consumer<String> progress;

  /**
   * @param translator greedy; stays open
   * @param threads workers, at least 1
   * @param progress told what is being done, for people
   */
  CalibrationRun(
      TransformerTranslator translator,
      CalibrationData data,
      int threads,
      Consumer<String> progress) {
    this.translator = translator;
    this.data = data;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * What came out.
   *
   * @param calibration for the model's bundle
   * @param fitted sentences of the fit
   * @param untranslatable inputs of the fit that cannot be translated
   * @param judged how it does on the test halves
   */
  record Result(Calibration calibration, int fitted, int untranslatable, List<Judged> judged) {}

  /**
   * A direction on the test halves.
   *
   * @param corpora report by corpus, and of all of them together
   * @param negatives mean score by kind of input that cannot be translated
   */
  record Judged(LanguagePair direction, List<Corpus> corpora, List<Negative> negatives) {}

  /** One corpus in one direction. */
  record Corpus(String name, int count, CalibrationReport report) {}

  /** One kind of input that cannot be translated. */
  record Negative(
      String kind, int count, double meanScore, double largestScore, double meanBaseline) {}

  /** Runs; minutes on a CPU. */
  Result run() {
    progress.accept("learning the language profiles");
    Map<String, LanguageProfile> profiles = data.profiles();
    QualityEstimator unfitted = new QualityEstimator(new Calibration("", Map.of(), profiles));
    try (LineTranslator lines =
        new LineTranslator(translator, ExpertBudget.all(), BATCH, threads)) {
      CalibrationExamples examples = new CalibrationExamples(lines, translator.annotator(unfitted));
      List<Example> toFit = new ArrayList<>();
      Map<String, List<Example>> untranslatable = new LinkedHashMap<>();
      for (LanguagePair direction : CalibrationData.DIRECTIONS) {
        progress.accept("translating the validation halves, " + direction);
        Map<String, List<Entry>> corpora = data.half(Half.VALIDATION, direction);
        corpora.values().forEach(entries -> toFit.addAll(examples.of(entries, direction)));
        examples
            .untranslatable(corpora, direction, Half.VALIDATION)
            .forEach(
                (kind, own) ->
                    untranslatable.computeIfAbsent(kind, k -> new ArrayList<>()).addAll(own));
      }
      Calibration calibration = QualityCalibrator.fit(METHOD, profiles, toFit, untranslatable);
      QualityEstimator estimator = new QualityEstimator(calibration);
      List<Judged> judged = new ArrayList<>();
      for (LanguagePair direction : CalibrationData.DIRECTIONS) {
        progress.accept("translating the test halves, " + direction);
        judged.add(judge(examples, estimator, direction));
      }
      return new Result(calibration, toFit.size(), size(untranslatable), judged);
    }
  }

  private static int size(Map<String, List<Example>> kinds) {
    return kinds.values().stream().mapToInt(List::size).sum();
  }

  private Judged judge(
      CalibrationExamples examples, QualityEstimator estimator, LanguagePair direction) {
    Map<String, List<Entry>> halves = data.half(Half.TEST, direction);
    List<Corpus> corpora = new ArrayList<>();
    List<Example> together = new ArrayList<>();
    halves.forEach(
        (name, entries) -> {
          List<Example> own = examples.of(entries, direction);
          corpora.add(new Corpus(name, own.size(), CalibrationReport.of(estimator, own)));
          together.addAll(own);
        });
    corpora.add(
        new Corpus("all three", together.size(), CalibrationReport.of(estimator, together)));
    List<Negative> negatives = new ArrayList<>();
    examples
        .untranslatable(halves, direction, Half.TEST)
        .forEach((kind, own) -> negatives.add(negative(kind, own, estimator)));
    return new Judged(direction, corpora, negatives);
  }

  private static Negative negative(
      String kind, List<Example> examples, QualityEstimator estimator) {
    var scores =
        examples.stream()
            .mapToDouble(e -> estimator.score(e.languages(), e.features()))
            .summaryStatistics();
    var baseline =
        examples.stream()
            .mapToDouble(e -> Math.exp(e.features().statistics().mean()))
            .summaryStatistics();
    return new Negative(
        kind, examples.size(), scores.getAverage(), scores.getMax(), baseline.getAverage());
  }
}
