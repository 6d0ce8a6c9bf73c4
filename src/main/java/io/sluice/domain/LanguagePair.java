package io.sluice.domain;

import java.util.IllformedLocaleException;
import java.util.Locale;

/**
 * A direction of translation.
 *
 * @param source canonical BCP-47 tag of the source language, such as {@code en}
 * @param target canonical BCP-47 tag of the target language, such as {@code de}
 */
public record LanguagePair(String source, String target) {

  /**
   * Reads two BCP-47 tags in any case.
   *
   * @throws RejectedException with {@link RejectionCode#UNSUPPORTED_LANGUAGE} if a tag is not
   *     well-formed or both name the same language
   */
  public static LanguagePair of(String source, String target) {
    LanguagePair pair = new LanguagePair(canonical(source), canonical(target));
    if (pair.source.equals(pair.target)) {
      throw new RejectedException(
          new Rejection(
              RejectionCode.UNSUPPORTED_LANGUAGE,
              Stage.VALIDATE,
              "source and target language are both " + pair.source,
              false));
    }
    return pair;
  }

  private static String canonical(String tag) {
    try {
      String canonical = new Locale.Builder().setLanguageTag(tag).build().toLanguageTag();
      if (!canonical.equals("und")) {
        return canonical;
      }
    } catch (IllformedLocaleException e) {
      // falls through: the message below says all there is to say without repeating user input
    }
    throw new RejectedException(
        new Rejection(
            RejectionCode.UNSUPPORTED_LANGUAGE,
            Stage.VALIDATE,
            "not a BCP-47 language tag (length " + tag.length() + ")",
            false));
  }

  @Override
  public String toString() {
    return source + ">" + target.toLowerCase(Locale.ROOT);
  }
}
