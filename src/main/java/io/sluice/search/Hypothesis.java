package io.sluice.search;

/**
 * A finished output.
 *
 * @param tokens output tokens without the end of the sentence, shape (T)
 * @param logProbabilities natural log, of each token and then of the end of the sentence if it was
 *     reached
 * @param margins best minus second-best log-probability at each of those steps
 * @param ending why it ended
 * @param steps decoder steps until it was finished
 * @param row row of the last step, to look at the scorer's state while it lasts; −1 if unknown
 */
@SuppressWarnings("ArrayRecordComponent") // a value handed on once, never compared
public record Hypothesis(
    int[] tokens, float[] logProbabilities, float[] margins, Ending ending, int steps, int row) {

  /** Why a hypothesis ended. */
  public enum Ending {
    /** The model ended the sentence. */
    END_OF_SENTENCE,
    /** The length cap was reached. */
    LENGTH_CAP,
    /** The output repeated itself. */
    REPETITION
  }

  /** Sum of the log-probabilities. */
  public double sum() {
    double sum = 0;
    for (float value : logProbabilities) {
      sum += value;
    }
    return sum;
  }
}
