package io.sluice.cli;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Segment;
import io.sluice.text.TextPreparer;
import io.sluice.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sentences as token ids.
 *
 * @param sentences what can be measured
 * @param skipped number of lines that cannot
 */
record SparsityText(List<Sentence> sentences, int skipped) {

  SparsityText {
    sentences = List.copyOf(sentences);
  }

  /**
   * A sentence.
   *
   * @param source shape (S), with language and end
   * @param target what the decoder is fed after the start token: language, then pieces, without the
   *     end; null: not known
   */
  @SuppressWarnings("ArrayRecordComponent") // handed to the run, never compared
  record Sentence(int[] source, int[] target) {}

  /**
   * Tokenises as a translation does.
   *
   * @param targets translation of each line; null: none. With translations, a line counts if both
   *     sides are one segment: the parts of longer ones cannot be matched
   * @throws RejectedException if the model does not serve the direction
   */
  static SparsityText of(
      List<String> sources, List<String> targets, Tokenizer tokenizer, LanguagePair languages) {
    TextPreparer preparer = new TextPreparer(tokenizer);
    LanguagePair back = new LanguagePair(languages.target(), languages.source());
    List<Sentence> sentences = new ArrayList<>();
    int skipped = 0;
    for (int line = 0; line < sources.size(); line++) {
      List<Segment> source = preparer.prepare(sources.get(line), languages).segments();
      if (targets == null) {
        source.forEach(segment -> sentences.add(new Sentence(segment.sourceIds(), null)));
        skipped += source.isEmpty() ? 1 : 0;
        continue;
      }
      List<Segment> target = preparer.prepare(targets.get(line), back).segments();
      if (source.size() == 1 && target.size() == 1) {
        int[] ids = target.get(0).sourceIds();
        sentences.add(new Sentence(source.get(0).sourceIds(), Arrays.copyOf(ids, ids.length - 1)));
      } else {
        skipped++;
      }
    }
    return new SparsityText(sentences, skipped);
  }
}
