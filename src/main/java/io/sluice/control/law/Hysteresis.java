package io.sluice.control.law;

/**
 * Lets quality rise only to a level that the law would choose under a somewhat heavier load too.
 *
 * @param law what is decorated
 * @param share how much heavier
 */
public record Hysteresis(ControlLaw law, double share) implements ControlLaw {

  @Override
  public int level(Situation situation) {
    int wanted = law.level(situation);
    if (wanted >= situation.level()) {
      return wanted;
    }
    int heavier = law.level(situation.with(situation.load().scaled(1 + share)));
    return Math.min(situation.level(), Math.max(wanted, heavier));
  }

  @Override
  public int start() {
    return law.start();
  }
}
