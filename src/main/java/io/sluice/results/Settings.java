package io.sluice.results;

import java.util.List;

/** Settings by their names in files: mode, eighths of the decoder, eighths of the encoder. */
final class Settings {
  private static final List<String> EIGHTHS =
      List.of("0", "N/8", "N/4", "3N/8", "N/2", "5N/8", "3N/4", "7N/8", "N");

  private Settings() {}

  /** For people: {@code token, decoder N/2}. */
  static String describe(String setting) {
    String[] parts = setting.split("-", -1);
    if (parts[0].equals("dense")) {
      return "all experts";
    }
    String text = parts[0];
    if (!parts[1].equals("8")) {
      text += ", decoder " + EIGHTHS.get(Integer.parseInt(parts[1]));
    }
    if (!parts[2].equals("8")) {
      text += ", encoder " + EIGHTHS.get(Integer.parseInt(parts[2]));
    }
    return text;
  }
}
