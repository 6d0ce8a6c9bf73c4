package io.sluice.quality;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Words that a translation took over unchanged: much of it means it was not understood. */
public final class CopiedWords {
  private static final Pattern GAP = Pattern.compile("[^\\p{L}\\p{M}]+");
  private static final int SHORTEST = 3;

  private CopiedWords() {}

  /** Share of the output's words of three letters or more that stand in the source; 0 to 1. */
  public static double share(String source, String output) {
    Set<String> known = new HashSet<>(words(source));
    List<String> words = words(output);
    return words.isEmpty()
        ? 0
        : (double) words.stream().filter(known::contains).count() / words.size();
  }

  private static List<String> words(String text) {
    return GAP.splitAsStream(text.toLowerCase(Locale.ROOT))
        .filter(word -> word.length() >= SHORTEST)
        .toList();
  }
}
