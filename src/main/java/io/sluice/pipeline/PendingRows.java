package io.sluice.pipeline;

/**
 * What is pending in one partition of the changelog.
 *
 * @param count rows without an outcome
 * @param highestOffset of their records in the requests topic; -1 if there are none
 */
public record PendingRows(long count, long highestOffset) {
  /** Nothing pending. */
  public static final PendingRows NONE = new PendingRows(0, -1);
}
