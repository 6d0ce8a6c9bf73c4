package io.sluice.engine;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.ModelIdentity;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.Translation;
import io.sluice.quality.ExpectedLoss;
import java.util.List;
import java.util.Set;

/**
 * Translates segments, many at once. Thread-safe: any number of workers may call it at once.
 *
 * <p>A text goes through three calls: {@link #prepare} cuts and tokenises it without the model,
 * {@link #translate} runs the model on segments of any texts mixed in a batch, {@link #assemble}
 * rejoins the segments of one text and annotates it.
 */
public interface Translator extends AutoCloseable {

  /** Which model this is. */
  ModelIdentity model();

  /** The directions that the model serves. */
  Set<LanguagePair> languagePairs();

  /**
   * Cuts a text into segments and tokenises them. Never calls the model.
   *
   * @return bypassed if there is nothing to translate (blank, symbols only, numbers only)
   * @throws io.sluice.domain.RejectedException INVALID_TEXT if the text is not valid Unicode,
   *     UNSUPPORTED_LANGUAGE if the direction is not served
   */
  PreparedText prepare(String text, LanguagePair languages);

  /**
   * Runs the model. The answer to a segment does not depend on the other segments, but in mode
   * BATCH.
   *
   * @param segments at least 1, of any directions; the more there are, the fuller the steps are
   *     kept and the better rows of the same plans can go together
   * @param budget experts to run
   * @param width rows that are decoded side by side, at least 1; in mode BATCH also how many
   *     segments share a choice, as they come
   * @return one translation for each segment, in their order
   * @throws io.sluice.domain.RejectedException NUMERIC_ERROR if the model returns a number that is
   *     not finite
   */
  default List<SegmentTranslation> translate(
      List<Segment> segments, ExpertBudget budget, int width) {
    return translate(segments, budget, width, (index, translation) -> {});
  }

  /**
   * The same, for those who do not want to wait for the last one.
   *
   * @param listener told of each translation once, as soon as it is known, in the caller's thread;
   *     what it throws ends the call
   */
  List<SegmentTranslation> translate(
      List<Segment> segments, ExpertBudget budget, int width, Listener listener);

  /** Told of translations. */
  @FunctionalInterface
  interface Listener {
    /**
     * A translation is known.
     *
     * @param index of its segment
     */
    void onTranslated(int index, SegmentTranslation translation);
  }

  /** The same with all of them side by side. */
  default List<SegmentTranslation> translate(List<Segment> batch, ExpertBudget budget) {
    return translate(batch, budget, batch.size());
  }

  /**
   * Rejoins the segments of one text and annotates the whole.
   *
   * @param prepared what {@link #prepare} returned
   * @param parts one translation for each of its segments, in order; empty if bypassed
   */
  Translation assemble(PreparedText prepared, List<SegmentTranslation> parts);

  /** What its degraded translations are expected to lose; by default nothing is known. */
  default ExpectedLoss expectedLoss() {
    return ExpectedLoss.UNKNOWN;
  }

  /** Frees native memory; no call may follow. */
  @Override
  void close();
}
