package io.sluice.peers;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Segment;
import io.sluice.engine.TransformerTranslator;
import io.sluice.peers.PeerEngine.PeerBatch;
import java.util.ArrayList;
import java.util.List;

/** Another engine behind our tokenizer and detokenizer, without annotations. */
public final class PeerContender implements Contender {
  private final PeerEngine engine;
  private final TransformerTranslator translator;
  private final LanguagePair languages;

  /**
   * The engine.
   *
   * @param translator cuts, tokenises and detokenises
   */
  public PeerContender(
      PeerEngine engine, TransformerTranslator translator, LanguagePair languages) {
    this.engine = engine;
    this.translator = translator;
    this.languages = languages;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public Answer translate(List<String> texts) {
    PreparedBatch prepared = PreparedBatch.of(texts, translator, languages);
    List<Segment> batch = prepared.segments();
    PeerBatch output = batch.isEmpty() ? new PeerBatch(List.of(), List.of(), 0, 0) : run(batch);
    List<String> translations = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    int at = 0;
    for (PreparedText each : prepared.texts()) {
      List<String> parts = new ArrayList<>();
      double sum = 0;
      int count = 0;
      for (int i = 0; i < each.segments().size(); i++, at++) {
        parts.add(translator.detokenise(output.tokens().get(at)));
        for (float logProbability : output.logProbabilities().get(at)) {
          sum += logProbability;
          count++;
        }
      }
      translations.add(parts.isEmpty() ? each.original() : String.join(" ", parts));
      means.add(count == 0 ? 0 : sum / count);
    }
    return new Answer(translations, means, output.steps(), output.decodeNanos());
  }

  private PeerBatch run(List<Segment> batch) {
    return engine.translate(
        batch.stream().map(Segment::sourceIds).toList(),
        translator.transformer().config().startToken(),
        batch.stream().mapToInt(translator::forcedToken).toArray(),
        batch.stream().mapToInt(TransformerTranslator::longestOutput).toArray(),
        translator.transformer().config().endToken());
  }
}
