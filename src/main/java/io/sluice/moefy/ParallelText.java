package io.sluice.moefy;

import io.sluice.domain.LanguagePair;
import io.sluice.text.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A text in two languages, line by line.
 *
 * @param name for messages
 * @param languages source and target
 * @param sources one sentence each
 * @param targets their translations, as many
 */
public record ParallelText(
    String name, LanguagePair languages, List<String> sources, List<String> targets) {
  private static final String SPLIT = "train";

  public ParallelText {
    if (sources.size() != targets.size() || sources.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: the two languages must have the same number of lines, more than none; they have %d and %d"
              .formatted(name, sources.size(), targets.size()));
    }
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
  }

  /**
   * Reads two files.
   *
   * @throws UncheckedIOException if one cannot be read
   * @throws IllegalArgumentException if they differ in length
   */
  public static ParallelText read(Path source, Path target, LanguagePair languages) {
    return new ParallelText(source.toString(), languages, lines(source), lines(target));
  }

  /**
   * Reads the training parts of a folder of corpora: {@code CORPUS/train.en.gz} and {@code
   * CORPUS/train.de.gz} in each of its folders.
   *
   * @throws UncheckedIOException if a file cannot be read
   * @throws IllegalArgumentException if there are none
   */
  public static List<ParallelText> corpora(Path folder, LanguagePair languages) {
    List<ParallelText> found = new ArrayList<>();
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path corpus : folders.sorted().toList()) {
        Path source = corpus.resolve(SPLIT + "." + languages.source() + ".gz");
        Path target = corpus.resolve(SPLIT + "." + languages.target() + ".gz");
        if (Files.exists(source) && Files.exists(target)) {
          found.add(read(source, target, languages));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no corpora: folders with %s.%s.gz and %s.%s.gz"
              .formatted(folder, SPLIT, languages.source(), SPLIT, languages.target()));
    }
    return found;
  }

  /** The same text the other way round. */
  public ParallelText reversed() {
    return new ParallelText(
        name, new LanguagePair(languages.target(), languages.source()), targets, sources);
  }

  /** Number of lines. */
  public int size() {
    return sources.size();
  }

  /** One line as token ids. */
  SentencePair encode(int line, Tokenizer tokenizer) {
    LanguagePair back = new LanguagePair(languages.target(), languages.source());
    int[] target = tokenizer.encode(targets.get(line), back);
    return new SentencePair(
        tokenizer.encode(sources.get(line), languages),
        Arrays.copyOfRange(target, 1, target.length - 1),
        tokenizer.targetLanguageId(languages.target()));
  }

  private static List<String> lines(Path file) {
    try (InputStream in = Files.newInputStream(file);
        InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
