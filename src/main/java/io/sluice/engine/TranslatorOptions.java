package io.sluice.engine;

/**
 * How a model is run.
 *
 * @param beamSize hypotheses kept in search, at least 1; 1 is greedy
 * @param device what results say about where they were made, such as {@code cpu/AMD EPYC}
 */
public record TranslatorOptions(int beamSize, String device) {

  public TranslatorOptions {
    if (beamSize < 1) {
      throw new IllegalArgumentException("--beam must be at least 1, is " + beamSize);
    }
  }

  /** Greedy search. */
  public static TranslatorOptions greedy(String device) {
    return new TranslatorOptions(1, device);
  }
}
