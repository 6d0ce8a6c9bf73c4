package io.sluice.cli;

import io.sluice.domain.LanguagePair;
import io.sluice.quality.LanguageProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Sentences with references in a folder: {@code multi30k}, {@code tatoeba} (several references a
 * sentence) and {@code software}, each with a validation half to fit on and a test half to judge
 * by. English and German.
 */
final class CalibrationData {
  static final LanguagePair EN_DE = new LanguagePair("en", "de");
  static final LanguagePair DE_EN = new LanguagePair("de", "en");
  static final List<LanguagePair> DIRECTIONS = List.of(EN_DE, DE_EN);

  private static final List<String> CORPORA = List.of("multi30k", "tatoeba", "software");
  private static final int PROFILE_LINES = 12_000; // of each corpus
  private static final int PROFILE_TRIGRAMS = 2_000;

  private final Path folder;
  private final int limit;

  /**
   * @param folder has a folder for each corpus
   * @param limit sentences to take of each half at most, for a quick trial
   */
  CalibrationData(Path folder, int limit) {
    this.folder = folder;
    this.limit = limit;
  }

  /** Which part of a corpus. */
  enum Half {
    VALIDATION,
    TEST
  }

  /**
   * A sentence.
   *
   * @param source in the source language
   * @param references its translations, at least one
   */
  record Entry(String source, List<String> references) {}

  /**
   * The sentences of one half by corpus. Those of the validation half whose source stands in any
   * test half too are left out.
   *
   * @throws ExitException if a file cannot be read
   */
  Map<String, List<Entry>> half(Half half, LanguagePair direction) {
    Set<String> seenInTest = new HashSet<>();
    if (half == Half.VALIDATION) {
      for (String corpus : CORPORA) {
        read(corpus, Half.TEST, direction).forEach(e -> seenInTest.add(key(e.source())));
      }
    }
    Map<String, List<Entry>> corpora = new LinkedHashMap<>();
    for (String corpus : CORPORA) {
      corpora.put(
          corpus,
          read(corpus, half, direction).stream()
              .filter(e -> !seenInTest.contains(key(e.source())))
              .limit(limit)
              .toList());
    }
    return corpora;
  }

  /** Character profiles of both languages, learnt from the training parts. */
  Map<String, LanguageProfile> profiles() {
    Map<String, LanguageProfile> profiles = new TreeMap<>();
    for (String language : List.of("de", "en")) {
      List<String> text = new ArrayList<>();
      for (String corpus : CORPORA) {
        text.addAll(lines(folder.resolve(corpus).resolve("train." + language + ".gz"), true));
      }
      profiles.put(language, LanguageProfile.learn(text, PROFILE_TRIGRAMS));
    }
    return profiles;
  }

  private List<Entry> read(String corpus, Half half, LanguagePair direction) {
    Path files = folder.resolve(corpus);
    String test = corpus.equals("multi30k") ? "test_2016_flickr" : "test";
    String stem = half == Half.TEST ? test : "val";
    List<List<String>> rows = new ArrayList<>(); // English, then one German sentence or more
    Path table = files.resolve(stem + ".refs.tsv.gz");
    if (Files.exists(table)) {
      lines(table, false).forEach(line -> rows.add(List.of(line.split("\t", -1))));
    } else {
      List<String> english = lines(files.resolve(stem + ".en.gz"), false);
      List<String> german = lines(files.resolve(stem + ".de.gz"), false);
      if (english.size() != german.size()) {
        throw new ExitException(files + "/" + stem + ": the two languages differ in length");
      }
      for (int i = 0; i < english.size(); i++) {
        rows.add(List.of(english.get(i), german.get(i)));
      }
    }
    return direction.equals(EN_DE) ? fromEnglish(rows) : toEnglish(rows);
  }

  private static List<Entry> fromEnglish(List<List<String>> rows) {
    return rows.stream().map(row -> new Entry(row.get(0), row.subList(1, row.size()))).toList();
  }

  /** Of several German sentences the first is the source; all English ones of it are references. */
  private static List<Entry> toEnglish(List<List<String>> rows) {
    Map<String, List<String>> english = new LinkedHashMap<>();
    for (List<String> row : rows) {
      for (String german : row.subList(1, row.size())) {
        english.computeIfAbsent(german, key -> new ArrayList<>()).add(row.get(0));
      }
    }
    return rows.stream()
        .map(row -> row.get(1))
        .distinct()
        .map(german -> new Entry(german, english.get(german)))
        .toList();
  }

  private static String key(String source) {
    return source.strip().toLowerCase(Locale.ROOT);
  }

  private static List<String> lines(Path file, boolean forProfile) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return reader.lines().limit(forProfile ? PROFILE_LINES : Long.MAX_VALUE).toList();
    } catch (IOException e) {
      throw new ExitException("cannot read " + file, e);
    }
  }
}
