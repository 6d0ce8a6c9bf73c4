package io.sluice.pipeline;

import java.time.Duration;

/**
 * What is done while there is nothing else to do.
 *
 * @param upgrades which degraded results are translated again
 * @param required true: the topics of upgrades must be there; false: where they are not, and must
 *     not be created, nothing is translated again
 * @param dwell how long there must have been nothing to do
 * @param shadowShare share of the degraded results, 0 to 1, that are compared with their
 *     full-quality text
 */
public record IdleWork(
    UpgradePolicy upgrades, boolean required, Duration dwell, double shadowShare) {
  /** Nothing. */
  public static final IdleWork NONE =
      new IdleWork(UpgradePolicy.OFF, false, Duration.ofSeconds(2), 0);

  public IdleWork {
    if (dwell.isNegative() || !(shadowShare >= 0 && shadowShare <= 1)) {
      throw new IllegalArgumentException("dwell %s, share %s".formatted(dwell, shadowShare));
    }
  }

  IdleWork withoutUpgrades() {
    return new IdleWork(UpgradePolicy.OFF, false, dwell, shadowShare);
  }

  /** True if nothing of it is ever done. */
  public boolean isNone() {
    return !upgrades.enabled() && shadowShare == 0;
  }
}
