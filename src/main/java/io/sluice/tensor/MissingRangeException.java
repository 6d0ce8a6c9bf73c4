package io.sluice.tensor;

/** A place of the network is to be computed in int8 and nothing is known of its activations. */
public final class MissingRangeException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * @param place name of the place
   */
  public MissingRangeException(String place) {
    super(
        "no range of activations for "
            + place
            + ": activations.json is of another model; make it with ./sluice model ranges");
  }
}
