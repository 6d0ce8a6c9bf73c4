package io.sluice.cost;

import io.sluice.domain.SegmentTranslation;
import java.util.Arrays;
import java.util.List;

/**
 * How much a batch was.
 *
 * @param sources source tokens of each row, special tokens included, shape (B)
 * @param outputs decoder steps of each row that asked for a word, shape (B)
 * @param steps decoder steps until the last row was finished
 */
@SuppressWarnings("ArrayRecordComponent") // made once and read, never compared
public record BatchShape(int[] sources, int[] outputs, int steps) {

  /**
   * The shape of a translated batch.
   *
   * @param steps that it took
   */
  public static BatchShape of(List<SegmentTranslation> batch, int steps) {
    return new BatchShape(
        batch.stream().mapToInt(each -> each.sourceTokens() + 2).toArray(),
        batch.stream().mapToInt(each -> each.statistics().tokens()).toArray(),
        steps);
  }

  /** Rows B. */
  public int rows() {
    return sources.length;
  }

  /** Source tokens of all rows. */
  public int sourceTokens() {
    return Arrays.stream(sources).sum();
  }

  /** Rows over all steps. */
  public int targetTokens() {
    return Arrays.stream(outputs).sum();
  }
}
