package io.sluice.domain;

import java.util.List;

/**
 * A text cut into segments, and what stands between them.
 *
 * @param original the text of the request
 * @param segments what goes to the model, in order; empty: nothing to translate, the text is passed
 *     through
 * @param glue what stands before, between and after the translated segments, copied from the
 *     original; one more than segments
 */
public record PreparedText(String original, List<Segment> segments, List<String> glue) {

  public PreparedText {
    segments = List.copyOf(segments);
    glue = List.copyOf(glue);
    if (glue.size() != segments.size() + 1) {
      throw new IllegalArgumentException(
          "glue must be one longer than segments: " + glue.size() + ", " + segments.size());
    }
  }

  /** A text with nothing to translate in it. */
  public static PreparedText bypass(String original) {
    return new PreparedText(original, List.of(), List.of(original));
  }

  /** True if nothing of this text goes to the model. */
  public boolean bypassed() {
    return segments.isEmpty();
  }

  /**
   * Puts translated segments back between the glue.
   *
   * @param translations one text for each segment, in order
   */
  public String join(List<String> translations) {
    if (translations.size() != segments.size()) {
      throw new IllegalArgumentException(
          "expected " + segments.size() + " translations, got " + translations.size());
    }
    StringBuilder text = new StringBuilder(glue.get(0));
    for (int i = 0; i < translations.size(); i++) {
      text.append(translations.get(i)).append(glue.get(i + 1));
    }
    return text.toString();
  }
}
