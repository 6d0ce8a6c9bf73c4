package io.sluice.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a translation must carry over: URLs, e-mail addresses, format placeholders, tags and
 * numbers. Only finds, never changes a text. Pure functions; time linear in the text.
 */
public final class Placeholders {
  private static final Pattern VERBATIM =
      Pattern.compile(
          String.join(
              "|",
              "(?<![\\w])(?:https?://|ftp://|www\\.)[^\\s<>\"]{1,2000}(?<![.,;:!?)\\]}'])",
              "(?<![\\w.+-])[\\w.+-]++@[\\w-]++(?:\\.[\\w-]++)++",
              "(?<![\\d%])%(?:\\(\\w{1,40}\\)|\\d{1,3}\\$)?[-+#0]{0,3}\\d{0,3}(?:\\.\\d{1,3})?"
                  + "(?:hh|h|ll|l|z|j|t)?[a-zA-Z@](?![a-zA-Z])",
              "\\{\\{[^{}\\n]{1,64}\\}\\}",
              "\\$?\\{[^{}\\n]{0,64}\\}",
              "</?[A-Za-z][^<>\\n]{0,200}>"));

  private static final Pattern NUMBER = Pattern.compile("\\p{Nd}++(?:[.,]\\p{Nd}++)*+");

  private static final Pattern WORD_GAP = Pattern.compile("[^\\p{L}]+");

  private static final Map<String, Set<String>> SPELLED =
      Map.ofEntries(
          Map.entry("0", Set.of("zero", "no", "null", "kein", "keine")),
          Map.entry(
              "1", Set.of("one", "a", "an", "ein", "eine", "einen", "einem", "einer", "eins")),
          Map.entry("2", Set.of("two", "zwei", "both", "beide")),
          Map.entry("3", Set.of("three", "drei")),
          Map.entry("4", Set.of("four", "vier")),
          Map.entry("5", Set.of("five", "fünf")),
          Map.entry("6", Set.of("six", "sechs")),
          Map.entry("7", Set.of("seven", "sieben")),
          Map.entry("8", Set.of("eight", "acht")),
          Map.entry("9", Set.of("nine", "neun")),
          Map.entry("10", Set.of("ten", "zehn")),
          Map.entry("11", Set.of("eleven", "elf")),
          Map.entry("12", Set.of("twelve", "zwölf")));

  private Placeholders() {}

  /** Everything that must be carried over, in order of appearance; numbers included. */
  public static List<String> find(String text) {
    List<String> found = new ArrayList<>(verbatim(text));
    found.addAll(numbers(without(text)));
    return List.copyOf(found);
  }

  /** The text with URLs, addresses, placeholders and tags replaced by blanks. */
  static String without(String text) {
    return VERBATIM.matcher(text).replaceAll(" ");
  }

  /**
   * What the source has and the output lacks. Numbers are compared with the habits of languages:
   * {@code 1,000.5} is {@code 1.000,5}, and small numbers may be spelled out.
   *
   * @return missing items as the source writes them, in order; empty if nothing is missing
   */
  public static List<String> missingIn(String source, String output) {
    List<String> missing = new ArrayList<>();
    Map<String, Integer> available = new HashMap<>();
    verbatim(output).forEach(item -> available.merge(item, 1, Integer::sum));
    for (String item : verbatim(source)) {
      if (available.merge(item, -1, Integer::sum) < 0) {
        missing.add(item);
      }
    }
    missing.addAll(missingNumbers(without(source), without(output)));
    return List.copyOf(missing);
  }

  private static List<String> missingNumbers(String source, String output) {
    List<String> wanted = numbers(source);
    if (wanted.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> available = new HashMap<>();
    for (String number : numbers(output)) {
      for (String value : values(number)) {
        available.merge(value, 1, Integer::sum);
      }
    }
    Set<String> words = new HashSet<>(List.of(WORD_GAP.split(output.toLowerCase(Locale.ROOT))));
    List<String> missing = new ArrayList<>();
    for (String number : wanted) {
      boolean carried =
          values(number).stream().anyMatch(value -> take(available, value))
              || SPELLED.getOrDefault(number, Set.of()).stream().anyMatch(words::contains);
      if (!carried) {
        missing.add(number);
      }
    }
    return missing;
  }

  private static boolean take(Map<String, Integer> available, String value) {
    Integer left = available.get(value);
    if (left == null || left == 0) {
      return false;
    }
    available.put(value, left - 1);
    return true;
  }

  private static List<String> verbatim(String text) {
    return all(VERBATIM, text);
  }

  private static List<String> numbers(String text) {
    return all(NUMBER, text);
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  /** What a written number may mean, with a point before the fraction and nothing else. */
  private static Set<String> values(String number) {
    int last = Math.max(number.lastIndexOf('.'), number.lastIndexOf(','));
    if (last < 0) {
      return Set.of(number);
    }
    String joined = digits(number);
    String decimal = digits(number.substring(0, last)) + "." + number.substring(last + 1);
    char separator = number.charAt(last);
    boolean once = number.indexOf(separator) == last;
    boolean alone = number.indexOf(separator == '.' ? ',' : '.') < 0;
    boolean threeDigits = number.length() - last - 1 == 3;
    if (!once) {
      return Set.of(joined, decimal);
    }
    return alone && threeDigits ? Set.of(joined, decimal) : Set.of(decimal);
  }

  private static String digits(String number) {
    return number.replace(".", "").replace(",", "");
  }
}
