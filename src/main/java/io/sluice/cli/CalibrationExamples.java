package io.sluice.cli;

import io.sluice.cli.CalibrationData.Entry;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.SegmentTranslation;
import io.sluice.engine.Annotator;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.LineTranslator.Line;
import io.sluice.quality.Chrf;
import io.sluice.quality.NegativeInputs;
import io.sluice.quality.QualityCalibrator.Example;
import io.sluice.quality.QualityFeatures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Translates sentences and says how good each translation is. Call from one thread. */
final class CalibrationExamples {
  private static final int GIBBERISH = 150;
  private static final int SHORTEST_SHUFFLED = 20; // characters

  private final LineTranslator translator;
  private final Annotator annotator;

  /**
   * @param annotator knows the language profiles that the estimator will have
   */
  CalibrationExamples(LineTranslator translator, Annotator annotator) {
    this.translator = translator;
    this.annotator = annotator;
  }

  /** Examples whose quality is chrF against the best reference; bypassed sentences are left out. */
  List<Example> of(List<Entry> entries, LanguagePair direction) {
    List<Line> lines = translator.run(entries.stream().map(Entry::source).toList(), direction);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (!line.prepared().bypassed()) {
        String text = text(line);
        double quality = Chrf.sentence(text, entries.get(i).references()) / 100;
        examples.add(new Example(direction, features(line, text), quality));
      }
    }
    return examples;
  }

  /** Examples of input that cannot be translated, by kind; different ones for each half. */
  Map<String, List<Example>> untranslatable(
      Map<String, List<Entry>> corpora, LanguagePair direction, CalibrationData.Half half) {
    int part = half.ordinal();
    List<String> french = NegativeInputs.french();
    List<String> ownFrench =
        IntStream.range(0, french.size()).filter(i -> i % 2 == part).mapToObj(french::get).toList();
    List<String> gibberish = NegativeInputs.gibberish(GIBBERISH, 1 + part);
    List<String> shuffled = new ArrayList<>();
    List<String> wrongWay = new ArrayList<>();
    for (List<Entry> entries : corpora.values()) {
      entries.stream()
          .filter(e -> e.source().length() >= SHORTEST_SHUFFLED)
          .limit(GIBBERISH / 3)
          .forEach(e -> shuffled.add(NegativeInputs.shuffled(e.source(), shuffled.size())));
      entries.stream()
          .map(e -> e.references().get(0))
          .filter(text -> text.length() >= SHORTEST_SHUFFLED)
          .limit(GIBBERISH / 3)
          .forEach(wrongWay::add);
    }
    Map<String, List<Example>> negatives = new LinkedHashMap<>();
    negatives.put("French", worthless(ownFrench, direction));
    negatives.put("gibberish", worthless(gibberish, direction));
    negatives.put("shuffled letters", worthless(shuffled, direction));
    negatives.put("already in the target language", worthless(wrongWay, direction));
    return negatives;
  }

  private List<Example> worthless(List<String> texts, LanguagePair direction) {
    return translator.run(texts, direction).stream()
        .filter(line -> !line.prepared().bypassed())
        .map(line -> new Example(direction, features(line, text(line)), 0))
        .toList();
  }

  private QualityFeatures features(Line line, String text) {
    return annotator.features(line.prepared(), line.parts(), text);
  }

  private static String text(Line line) {
    return line.prepared().join(line.parts().stream().map(SegmentTranslation::text).toList());
  }
}
