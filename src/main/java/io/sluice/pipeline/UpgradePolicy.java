package io.sluice.pipeline;

import io.sluice.domain.Outcome;
import io.sluice.domain.Translation;
import java.util.Locale;

/**
 * Which degraded results are owed a translation at full quality.
 *
 * @param below those whose {@code quality.score} is less than this, 0 to 1; 0: none; infinite: all
 */
public record UpgradePolicy(double below) {
  /** None. */
  public static final UpgradePolicy OFF = new UpgradePolicy(0);

  /** Every degraded result, whatever made it so. */
  public static final UpgradePolicy ON = new UpgradePolicy(Double.POSITIVE_INFINITY);

  private static final String BELOW = "below=";

  public UpgradePolicy {
    if (!(below >= 0)) {
      throw new IllegalArgumentException("a score is 0 to 1, not " + below);
    }
  }

  /**
   * Reads {@code on}, {@code off} or {@code below=0.9}.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  public static UpgradePolicy parse(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (word.equals("on")) {
      return ON;
    }
    if (word.equals("off")) {
      return OFF;
    }
    double score;
    try {
      score = word.startsWith(BELOW) ? Double.parseDouble(word.substring(BELOW.length())) : -1;
    } catch (NumberFormatException e) {
      score = -1;
    }
    if (!(score > 0 && score <= 1)) {
      throw new IllegalArgumentException(
          "must be on, off or below=SCORE with a score above 0 and at most 1, is '" + text + "'");
    }
    return new UpgradePolicy(score);
  }

  /** False if nothing is ever owed. */
  public boolean enabled() {
    return below > 0;
  }

  /** True if a result with this translation is owed another one. */
  boolean owes(Translation translation) {
    return translation.outcome() == Outcome.TRANSLATED
        && translation.routing().degraded()
        && translation.quality().score() < below;
  }
}
