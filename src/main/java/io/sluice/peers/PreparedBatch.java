package io.sluice.peers;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Segment;
import io.sluice.engine.Translator;
import java.util.List;

/**
 * Texts cut and tokenised, and their segments one after the other.
 *
 * @param texts in the order given
 * @param segments of all of them, B in all
 */
record PreparedBatch(List<PreparedText> texts, List<Segment> segments) {

  static PreparedBatch of(List<String> texts, Translator translator, LanguagePair languages) {
    List<PreparedText> prepared =
        texts.stream().map(text -> translator.prepare(text, languages)).toList();
    return new PreparedBatch(
        prepared, prepared.stream().flatMap(each -> each.segments().stream()).toList());
  }
}
