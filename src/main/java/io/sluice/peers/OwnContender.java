package io.sluice.peers;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.TokenStatistics;
import io.sluice.engine.TransformerTranslator;
import java.util.ArrayList;
import java.util.List;

/** Our own engine: tokenizer, model, detokenizer and annotations. */
public final class OwnContender implements Contender {
  private final String name;
  private final TransformerTranslator translator;
  private final LanguagePair languages;
  private final ExpertBudget budget;
  private final int width;

  /**
   * The engine in one setting; it decodes all texts of a batch at once.
   *
   * @param budget experts to run
   */
  public OwnContender(
      String name, TransformerTranslator translator, LanguagePair languages, ExpertBudget budget) {
    this(name, translator, languages, budget, Integer.MAX_VALUE);
  }

  /**
   * The same.
   *
   * @param width rows that are decoded at once; where texts have more, waiting ones take the place
   *     of those that finish
   */
  public OwnContender(
      String name,
      TransformerTranslator translator,
      LanguagePair languages,
      ExpertBudget budget,
      int width) {
    this.name = name;
    this.translator = translator;
    this.languages = languages;
    this.budget = budget;
    this.width = width;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer translate(List<String> texts) {
    PreparedBatch prepared = PreparedBatch.of(texts, translator, languages);
    List<Segment> batch = prepared.segments();
    List<SegmentTranslation> parts =
        batch.isEmpty()
            ? List.of()
            : translator.translate(batch, budget, Math.min(width, batch.size()));
    List<String> translations = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    long tokens = 0;
    long decodeNanos = 0;
    int at = 0;
    for (PreparedText each : prepared.texts()) {
      List<SegmentTranslation> own = parts.subList(at, at + each.segments().size());
      at += own.size();
      TokenStatistics statistics = TokenStatistics.NONE;
      for (SegmentTranslation part : own) {
        statistics = statistics.plus(part.statistics());
        decodeNanos = Math.max(decodeNanos, part.decodeNanos());
      }
      tokens += statistics.tokens();
      means.add(statistics.mean());
      translations.add(translator.assemble(each, own).text());
    }
    return new Answer(translations, means, tokens, decodeNanos);
  }
}
