package io.sluice.tensor.dnnl;

/**
 * The numbers of rows for which primitives are made. A product of other rows takes the next larger
 * one and leaves the rest unread; more rows than the largest go in pieces. Pure functions.
 */
final class RowBuckets {
  /** Most rows of one call. */
  static final int LARGEST = 64;

  private static final int[] SIZES = {1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64};

  /** Number of buckets. */
  static final int COUNT = SIZES.length;

  private RowBuckets() {}

  /** The smallest bucket that holds so many rows, 1 to {@link #LARGEST}. */
  static int of(int rows) {
    int bucket = 0;
    while (SIZES[bucket] < rows) {
      bucket++;
    }
    return bucket;
  }

  /** Rows of the bucket of so many rows. */
  static int reach(int rows) {
    return rows(of(rows));
  }

  /** Rows of a bucket. */
  static int rows(int bucket) {
    return SIZES[bucket];
  }
}
