package io.sluice.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A test set.
 *
 * @param name for tables
 * @param sources one sentence each
 * @param references their human translations
 */
record ReportCorpus(String name, List<String> sources, List<String> references) {
  private static final int SAMPLE = 10;

  ReportCorpus {
    sources = List.copyOf(sources);
    references = List.copyOf(references);
  }

  /**
   * The three test sets of the data folder, English to German; Multi30k is the first.
   *
   * @param limit sentences of each, from the first; null: all
   * @throws ExitException if one cannot be read
   */
  static List<ReportCorpus> all(Path data, Integer limit) {
    return List.of(
        read("Multi30k", data.resolve("multi30k/test_2016_flickr"), limit),
        read("Tatoeba", data.resolve("tatoeba/test"), limit),
        read("software", data.resolve("software/test"), limit));
  }

  /** The first two of them. */
  static List<ReportCorpus> captionsAndSentences(Path data, Integer limit) {
    return List.of(
        read("Multi30k", data.resolve("multi30k/test_2016_flickr"), limit),
        read("Tatoeba", data.resolve("tatoeba/test"), limit));
  }

  private static ReportCorpus read(String name, Path stem, Integer limit) {
    List<String> sources = TextLines.readAll(Path.of(stem + ".en.gz"));
    List<String> references = TextLines.readAll(Path.of(stem + ".de.gz"));
    if (sources.size() != references.size() || sources.isEmpty()) {
      throw new ExitException(stem + ": as many lines in both languages are needed, at least one");
    }
    int count = limit == null ? sources.size() : Math.min(limit, sources.size());
    return new ReportCorpus(name, sources.subList(0, count), references.subList(0, count));
  }

  /** Ten sentences at equal distances, each a corpus of its own. */
  List<ReportCorpus> sample() {
    int count = Math.min(SAMPLE, sources.size());
    List<ReportCorpus> sample = new ArrayList<>();
    IntStream.range(0, count)
        .map(i -> i * sources.size() / count)
        .forEach(
            line ->
                sample.add(
                    new ReportCorpus(
                        Integer.toString(line + 1),
                        List.of(sources.get(line)),
                        List.of(references.get(line)))));
    return sample;
  }
}
