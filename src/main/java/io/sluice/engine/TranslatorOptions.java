package io.sluice.engine;

/**
 * How a model is run.
 *
 * @param beamSize hypotheses kept in search, at least 1; 1 is greedy
 * @param device what results say about where they were made, such as {@code cpu/AMD EPYC}
 * @param shortlist true to restrict the output to likely words; the bundle must have a list
 */
public record TranslatorOptions(int beamSize, String device, boolean shortlist) {

  public TranslatorOptions {
    if (beamSize < 1) {
      throw new IllegalArgumentException("--beam must be at least 1, is " + beamSize);
    }
  }

  /** With the whole vocabulary. */
  public TranslatorOptions(int beamSize, String device) {
    this(beamSize, device, false);
  }

  /** The same, restricted to likely words or not. */
  public TranslatorOptions withShortlist(boolean restricted) {
    return new TranslatorOptions(beamSize, device, restricted);
  }

  /** Greedy search with the whole vocabulary. */
  public static TranslatorOptions greedy(String device) {
    return new TranslatorOptions(1, device);
  }
}
