package io.sluice.control.law;

/**
 * Multiplicative decrease of quality when records wait too long, additive increase when they do
 * not: half of the way to the lowest level down, one level up.
 *
 * @param ageMillis age of the oldest waiting record that counts as congestion
 */
public record AimdLaw(double ageMillis) implements ControlLaw {

  @Override
  public int level(Situation situation) {
    int level = situation.level();
    int lowest = situation.capacity().lowest();
    if (situation.load().oldestAgeMillis() > ageMillis) {
      return level + (lowest - level + 1) / 2;
    }
    return Math.max(0, level - 1);
  }
}
