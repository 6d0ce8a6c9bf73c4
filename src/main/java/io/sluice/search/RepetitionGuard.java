package io.sluice.search;

/**
 * Sees when an output has begun to repeat itself for ever: its end is one pattern of at most
 * {@value #LONGEST_PATTERN} tokens, at least {@value #REPEATS} times, over at least {@value
 * #SHORTEST_RUN} tokens. Stateless.
 */
final class RepetitionGuard {
  static final int LONGEST_PATTERN = 12;
  static final int REPEATS = 6;
  static final int SHORTEST_RUN = 18;

  private RepetitionGuard() {}

  /** True if the first {@code length} tokens end in such a run. */
  static boolean repeats(int[] tokens, int length) {
    for (int pattern = 1; pattern <= LONGEST_PATTERN; pattern++) {
      int run = Math.max(SHORTEST_RUN, REPEATS * pattern);
      if (run > length) {
        continue;
      }
      int same = 0;
      while (same < run - pattern
          && tokens[length - 1 - same] == tokens[length - 1 - same - pattern]) {
        same++;
      }
      if (same == run - pattern) {
        return true;
      }
    }
    return false;
  }
}
