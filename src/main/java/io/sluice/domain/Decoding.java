package io.sluice.domain;

/**
 * What a replay needs besides request, model and experts.
 *
 * @param beamSize hypotheses kept; 1 is greedy
 * @param shortlist true if the output vocabulary was restricted
 * @param precision arithmetic of the large products: float32, bfloat16 or int8
 * @param device {@code cpu/…} or {@code cuda/…} and the processor's name
 */
public record Decoding(int beamSize, boolean shortlist, String precision, String device) {

  /** The same with another beam. */
  public Decoding withBeam(int another) {
    return new Decoding(another, shortlist, precision, device);
  }
}
