package io.sluice.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Segment;
import io.sluice.domain.Stage;

/**
 * Cuts a text into segments that fit the model. Thread-safe; never calls the model.
 *
 * <p>Lines are never joined. A line of several sentences stays whole while it is short (the model
 * saw such lines in training) and is cut into sentences otherwise; what is still too long is cut
 * after clauses, at blanks, between characters. Nothing is ever left out: what the model does not
 * get, the glue has. Time is linear in the length of the text.
 */
public final class TextPreparer {
  /** Source pieces of a segment, special tokens not counted: beyond, quality falls. */
  public static final int DEFAULT_SEGMENT_LIMIT = 120;

  /** Source pieces up to which several sentences stay together. */
  public static final int DEFAULT_TOGETHER_LIMIT = 48;

  private static final int SPECIAL_TOKENS = 2;

  /** Characters tokenised at once at most, so that no call is long. */
  private static final int BLOCK = 2048;

  /** A line longer than this is not worth counting: it does not stay together. */
  private static final int CHARACTERS_PER_PIECE = 16;

  private final Tokenizer tokenizer;
  private final int segmentLimit;
  private final int togetherLimit;

  /** With the default limits. */
  public TextPreparer(Tokenizer tokenizer) {
    this(tokenizer, DEFAULT_SEGMENT_LIMIT, DEFAULT_TOGETHER_LIMIT);
  }

  /**
   * With limits in source pieces, special tokens not counted.
   *
   * @param segmentLimit a segment never has more, at least 8
   * @param togetherLimit a line of several sentences with no more stays one segment, at least 0
   */
  public TextPreparer(Tokenizer tokenizer, int segmentLimit, int togetherLimit) {
    if (segmentLimit < 8 || togetherLimit < 0) {
      throw new IllegalArgumentException(
          "limits out of range: " + segmentLimit + ", " + togetherLimit);
    }
    this.tokenizer = tokenizer;
    this.segmentLimit = segmentLimit;
    this.togetherLimit = Math.min(togetherLimit, segmentLimit);
  }

  /**
   * Cuts and tokenises a text.
   *
   * @return bypassed if there is nothing to translate: blank, symbols, numbers, URLs, placeholders
   * @throws RejectedException INVALID_TEXT if a surrogate has no partner, UNSUPPORTED_LANGUAGE if
   *     the direction is not served
   */
  public PreparedText prepare(String text, LanguagePair languages) {
    tokenizer.checkSupported(languages);
    int unpaired = Characters.firstUnpairedSurrogate(text);
    if (unpaired >= 0) {
      throw new RejectedException(
          new Rejection(
              RejectionCode.INVALID_TEXT,
              Stage.VALIDATE,
              "unpaired surrogate at index " + unpaired,
              false));
    }
    Cutting cutting = new Cutting(text, languages);
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || Lines.isBreak(text.charAt(i))) {
        cutting.line(start, i);
        start = i + 1;
      }
    }
    return cutting.finish();
  }

  /** The work on one text. */
  private final class Cutting {
    private final String text;
    private final LanguagePair languages;
    private final SegmentCollector collector;
    private BreakIterator sentences;

    Cutting(String text, LanguagePair languages) {
      this.text = text;
      this.languages = languages;
      this.collector = new SegmentCollector(text);
    }

    PreparedText finish() {
      return collector.finish();
    }

    void line(int from, int to) {
      int start = firstInk(from, to);
      int end = lastInk(start, to);
      if (start == end || !Translatable.test(text, start, end)) {
        return;
      }
      if (end - start <= CHARACTERS_PER_PIECE * togetherLimit) {
        Segment whole = encode(start, end);
        if (whole.length() - SPECIAL_TOKENS <= togetherLimit) {
          collector.add(whole, start, end);
          return;
        }
      }
      BreakIterator iterator = sentences();
      iterator.setText(text.substring(start, end));
      int sentence = start;
      for (int next = iterator.next(); next != BreakIterator.DONE; next = iterator.next()) {
        cut(sentence, start + next);
        sentence = start + next;
      }
    }

    private void cut(int from, int to) {
      int start = firstInk(from, to);
      int end = lastInk(start, to);
      if (start == end || !Translatable.test(text, start, end)) {
        return;
      }
      int parts = (end - start + BLOCK - 1) / BLOCK;
      if (parts == 1) {
        Segment segment = encode(start, end);
        int pieces = segment.length() - SPECIAL_TOKENS;
        if (pieces <= segmentLimit || text.codePointCount(start, end) == 1) {
          collector.add(segment, start, end);
          return;
        }
        parts = Math.max(2, (pieces + segmentLimit - 1) / segmentLimit);
      }
      split(start, end, parts);
    }

    private void split(int start, int end, int parts) {
      int step = Math.max(1, (end - start) / parts);
      int done = start;
      while (done < end) {
        int target = done + step;
        int cut =
            target + step / 2 >= end && done > start
                ? end
                : CutPoints.near(text, done + step / 2, Math.min(target, end - 1));
        cut = Math.min(cut, end);
        cut(done, cut);
        done = cut;
      }
    }

    private Segment encode(int start, int end) {
      String clean = Characters.clean(text.substring(start, end));
      return new Segment(languages, clean, tokenizer.encode(clean, languages));
    }

    private BreakIterator sentences() {
      if (sentences == null) {
        sentences =
            BreakIterator.getSentenceInstance(
                ULocale.forLanguageTag(languages.source()).setKeywordValue("ss", "standard"));
      }
      return sentences;
    }

    private int firstInk(int from, int to) {
      int start = from;
      while (start < to && Characters.isGlue(text.charAt(start))) {
        start++;
      }
      return start;
    }

    private int lastInk(int from, int to) {
      int end = to;
      while (end > from && Characters.isGlue(text.charAt(end - 1))) {
        end--;
      }
      return end;
    }
  }
}
