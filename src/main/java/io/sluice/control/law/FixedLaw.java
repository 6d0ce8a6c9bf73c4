package io.sluice.control.law;

/**
 * One level, whatever happens.
 *
 * @param level its number
 */
public record FixedLaw(int level) implements ControlLaw {

  @Override
  public int level(Situation situation) {
    return level;
  }

  @Override
  public int start() {
    return level;
  }
}
