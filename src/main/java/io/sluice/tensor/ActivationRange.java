package io.sluice.tensor;

/**
 * The values that are told apart at one place of the network; what lies outside is clipped.
 *
 * @param least smallest value
 * @param most largest value, at least {@code least}
 */
public record ActivationRange(float least, float most) {

  public ActivationRange {
    if (!(least <= most) || !Float.isFinite(least) || !Float.isFinite(most)) {
      throw new IllegalArgumentException("range from " + least + " to " + most);
    }
  }
}
