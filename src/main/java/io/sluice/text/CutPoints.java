package io.sluice.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;

/**
 * Where to cut a stretch of text that is too long: after a clause, at a blank, between user-visible
 * characters, between code points, whichever comes first. Looks at a bounded window only.
 */
final class CutPoints {
  private static final String CLAUSE_MARKS = ".!?…;:,)–—。！？；：，、";
  private static final int LOOK_AHEAD = 16;

  private CutPoints() {}

  /**
   * The best place to cut between {@code low} (exclusive) and {@code target} (inclusive).
   *
   * @param text valid Unicode
   * @param low cuts at or before this index are of no use
   * @param target where the cut would ideally be, greater than {@code low}
   * @return an index greater than {@code low}, never inside a code point
   */
  static int near(String text, int low, int target) {
    int blank = -1;
    for (int i = target; i > low; i--) {
      if (i < text.length() && Characters.isGlue(text.charAt(i))) {
        if (CLAUSE_MARKS.indexOf(text.charAt(i - 1)) >= 0) {
          return i;
        }
        blank = Math.max(blank, i);
      }
    }
    return blank > 0 ? blank : betweenCharacters(text, low, target);
  }

  private static int betweenCharacters(String text, int low, int target) {
    int end = Math.min(text.length(), target + LOOK_AHEAD);
    BreakIterator characters = BreakIterator.getCharacterInstance(ULocale.ROOT);
    characters.setText(text.substring(low, end));
    int cut = low + characters.preceding(Math.min(target - low + 1, end - low));
    if (cut > low) {
      return cut;
    }
    boolean insideCodePoint =
        target < text.length()
            && Character.isLowSurrogate(text.charAt(target))
            && Character.isHighSurrogate(text.charAt(target - 1));
    return insideCodePoint ? target + 1 : target;
  }
}
