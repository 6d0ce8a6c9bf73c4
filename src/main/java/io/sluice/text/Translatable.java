package io.sluice.text;

/** Whether there is anything to translate in a stretch of text. */
final class Translatable {
  /** In longer stretches any letter will do. */
  private static final int LOOK_CLOSELY = 4096;

  private Translatable() {}

  /** True if a letter stands outside of URLs, addresses, placeholders and tags. */
  static boolean test(String text, int start, int end) {
    String stretch = text.substring(start, end);
    return Characters.hasLetter(stretch)
        && (stretch.length() > LOOK_CLOSELY || Characters.hasLetter(Placeholders.without(stretch)));
  }
}
