package io.sluice.tensor;

/**
 * How a product of some rows with a (F, D) matrix is cut. OpenBLAS first copies the weights of a
 * product, but not those of a small one; for few rows that copy costs more than the product, for 32
 * it is a third of it, for hundreds it does not show. Pure functions.
 */
final class Tiles {
  /** Multiply-adds up to which OpenBLAS takes a product for small. */
  private static final int SMALL = 64 * 64 * 64;

  private static final int ROWS = 16;
  private static final int LEAST_NEURONS = 16;

  private Tiles() {}

  /** Rows of one tile, for so many in all. */
  static int rows(int rows, int width) {
    return worthwhile(rows, width) ? Math.min(rows, ROWS) : rows;
  }

  /** Neurons of one tile, for so many in all. */
  static int neurons(int rows, int width, int count) {
    if (!worthwhile(rows, width)) {
      return count;
    }
    int most = SMALL / (Math.min(rows, ROWS) * width);
    return Math.min(count, most - most % LEAST_NEURONS);
  }

  /** One row needs no cutting; where D is too large every tile would be copied. */
  private static boolean worthwhile(int rows, int width) {
    return rows > 1 && SMALL / (ROWS * width) >= LEAST_NEURONS;
  }
}
