package io.sluice.text;

/** Line breaks. */
public final class Lines {
  private Lines() {}

  /** True for every character that ends a line: LF, CR, VT, FF, NEL, LS, PS. */
  public static boolean isBreak(int character) {
    return (character >= '\n' && character <= '\r')
        || character == 0x85
        || character == 0x2028
        || character == 0x2029;
  }

  /** The text with every line break replaced by a blank. */
  public static String toOneLine(String text) {
    if (text.chars().noneMatch(Lines::isBreak)) {
      return text;
    }
    StringBuilder line = new StringBuilder(text);
    for (int i = 0; i < line.length(); i++) {
      if (isBreak(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    return line.toString();
  }
}
