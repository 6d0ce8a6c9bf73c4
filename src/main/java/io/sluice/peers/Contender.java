package io.sluice.peers;

import java.util.List;

/** An engine with its setting, from text to text. Thread-safe for the threads of a race. */
public interface Contender {

  /** What it is called in tables. */
  String name();

  /** Translates one batch of texts. */
  Answer translate(List<String> texts);

  /**
   * What came out.
   *
   * @param texts one translation for each text
   * @param meanLogProbabilities of each text, natural logarithm, mean over its target tokens
   * @param tokens target tokens, ends of sentences included
   * @param decodeNanos wall time of decoding alone
   */
  record Answer(
      List<String> texts, List<Double> meanLogProbabilities, long tokens, long decodeNanos) {

    public Answer {
      texts = List.copyOf(texts);
      meanLogProbabilities = List.copyOf(meanLogProbabilities);
    }
  }
}
