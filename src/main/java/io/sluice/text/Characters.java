package io.sluice.text;

/** What characters are to the preparer. Pure functions. */
final class Characters {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private Characters() {}

  /** True for white space and control characters: nothing that a sentence starts or ends with. */
  static boolean isGlue(char character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || Character.isISOControl(character)
        || character == BYTE_ORDER_MARK;
  }

  /** Index of the first surrogate without a partner, −1 if there is none. */
  static int firstUnpairedSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (Character.isHighSurrogate(character)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(character)) {
        return i;
      }
    }
    return -1;
  }

  /** True if any character is a letter. */
  static boolean hasLetter(String text) {
    return text.codePoints().anyMatch(Character::isLetter);
  }

  /** The text without control characters; tabs and line breaks become blanks. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '\t' || Lines.isBreak(character)) {
        clean.append(' ');
      } else if (!Character.isISOControl(character) && character != BYTE_ORDER_MARK) {
        clean.append(character);
      }
    }
    return clean.toString();
  }
}
