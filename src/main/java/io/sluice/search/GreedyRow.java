package io.sluice.search;

import io.sluice.search.Hypothesis.Ending;
import java.util.Arrays;

/** The output of one row so far; serves one source row after another. Not thread-safe. */
final class GreedyRow {
  private int source;
  private int cap;
  private int steps;
  private int[] tokens = new int[0];
  private float[] logProbabilities = new float[0];
  private float[] margins = new float[0];

  /** Begins with a source row. */
  void begin(int sourceRow, int maximumLength) {
    source = sourceRow;
    cap = maximumLength;
    steps = 0;
    if (tokens.length < cap) {
      tokens = new int[cap];
      logProbabilities = new float[cap];
      margins = new float[cap];
    }
  }

  int source() {
    return source;
  }

  /**
   * Takes the best token.
   *
   * @return why the output ends with it; null if it goes on
   */
  Ending take(int token, float logProbability, float margin, int endToken) {
    logProbabilities[steps] = logProbability;
    margins[steps] = margin;
    tokens[steps] = token;
    steps++;
    if (token == endToken) {
      return Ending.END_OF_SENTENCE;
    }
    if (RepetitionGuard.repeats(tokens, steps)) {
      return Ending.REPETITION;
    }
    return steps == cap ? Ending.LENGTH_CAP : null;
  }

  /** The finished output, last seen in a row of the scorer. */
  Hypothesis hypothesis(Ending ending, int row) {
    int length = ending == Ending.END_OF_SENTENCE ? steps - 1 : steps;
    return new Hypothesis(
        Arrays.copyOf(tokens, length),
        Arrays.copyOf(logProbabilities, steps),
        Arrays.copyOf(margins, steps),
        ending,
        steps,
        row);
  }
}
