package io.sluice.cost;

import io.sluice.domain.SegmentTranslation;
import java.util.Arrays;
import java.util.List;

/**
 * How much a batch was.
 *
 * @param sources source tokens of each row, special tokens included, shape (B)
 * @param outputs decoder steps of each row that asked for a word, shape (B)
 */
@SuppressWarnings("ArrayRecordComponent") // made once and read, never compared
public record BatchShape(int[] sources, int[] outputs) {

  /** The shape of a translated batch. */
  public static BatchShape of(List<SegmentTranslation> batch) {
    return new BatchShape(
        batch.stream().mapToInt(each -> each.sourceTokens() + 2).toArray(),
        batch.stream().mapToInt(each -> each.statistics().tokens()).toArray());
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

  /** Steps until the last row is finished. */
  public int steps() {
    return Arrays.stream(outputs).max().orElse(0);
  }
}
