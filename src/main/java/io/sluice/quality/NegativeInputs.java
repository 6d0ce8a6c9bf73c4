package io.sluice.quality;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Input that no model can translate well, for calibration. Deterministic. */
public final class NegativeInputs {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
  private static final String FRENCH = "/io/sluice/quality/french.txt";

  private NegativeInputs() {}

  /** French sentences. */
  public static List<String> french() {
    try (InputStream text = NegativeInputs.class.getResourceAsStream(FRENCH)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines of words made of random letters. */
  public static List<String> gibberish(int count, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int words = 2 + random.nextInt(9);
      lines.add(
          IntStream.range(0, words)
              .mapToObj(w -> word(random, 2 + random.nextInt(8)))
              .collect(Collectors.joining(" ")));
    }
    return lines;
  }

  /** The sentence with the letters of each word in random order. */
  public static String shuffled(String sentence, long seed) {
    Random random = new Random(seed);
    List<String> words = new ArrayList<>();
    for (String word : sentence.split(" ", -1)) {
      List<String> letters =
          new ArrayList<>(word.codePoints().mapToObj(Character::toString).toList());
      Collections.shuffle(letters, random);
      words.add(String.join("", letters));
    }
    return String.join(" ", words);
  }

  private static String word(Random random, int length) {
    return IntStream.range(0, length)
        .mapToObj(i -> String.valueOf(LETTERS.charAt(random.nextInt(LETTERS.length()))))
        .collect(Collectors.joining());
  }
}
