package io.sluice.cli;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.engine.Translator;
import io.sluice.quality.Bleu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A test set cut into batches.
 *
 * @param batches in the order in which they are translated
 * @param references in the same order, one after the other
 */
record CorpusBatches(List<List<String>> batches, List<String> references) {

  /** Sorted by source tokens, longest first, as the engine does it. */
  static CorpusBatches of(
      ReportCorpus corpus, int batch, Translator translator, LanguagePair languages) {
    int[] lengths =
        corpus.sources().stream()
            .mapToInt(
                text ->
                    translator.prepare(text, languages).segments().stream()
                        .mapToInt(Segment::length)
                        .sum())
            .toArray();
    return of(
        corpus,
        batch,
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> lengths[i]).reversed())
            .toList());
  }

  /** As the text comes. */
  static CorpusBatches unsorted(ReportCorpus corpus, int batch) {
    return of(corpus, batch, IntStream.range(0, corpus.sources().size()).boxed().toList());
  }

  private static CorpusBatches of(ReportCorpus corpus, int batch, List<Integer> order) {
    List<List<String>> batches = new ArrayList<>();
    for (int from = 0; from < order.size(); from += batch) {
      batches.add(
          order.subList(from, Math.min(order.size(), from + batch)).stream()
              .map(corpus.sources()::get)
              .toList());
    }
    return new CorpusBatches(batches, order.stream().map(corpus.references()::get).toList());
  }

  /** BLEU of translations in the order of the batches. */
  double bleu(List<String> texts) {
    long[] sum = Bleu.counts(texts.get(0), List.of(references.get(0))).clone();
    for (int i = 1; i < texts.size(); i++) {
      long[] counts = Bleu.counts(texts.get(i), List.of(references.get(i)));
      for (int c = 0; c < sum.length; c++) {
        sum[c] += counts[c];
      }
    }
    return Bleu.score(sum);
  }
}
