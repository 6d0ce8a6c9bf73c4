package io.sluice.cli;

import io.sluice.pipeline.IdleWork;
import io.sluice.pipeline.UpgradePolicy;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What is done while there is nothing else to do. */
public final class IdleOptions {
  private static final String AUTO = "auto";

  @Option(
      names = "--upgrades",
      paramLabel = "on|off|below=SCORE|auto",
      defaultValue = AUTO,
      description =
          "Translate degraded results again at full quality when idle: all, none, or those with a"
              + " quality score below SCORE. auto: on where the topics are there or are created.")
  private String upgrades;

  @Option(
      names = "--upgrades-after",
      paramLabel = "DURATION",
      defaultValue = "2s",
      description = "How long there must have been nothing to do.")
  private Duration dwell;

  @Option(
      names = "--shadow-share",
      paramLabel = "SHARE",
      defaultValue = "0.005",
      description =
          "Share of the degraded results, 0 to 1, that are compared with their full-quality text"
              + " when idle.")
  private double shadowShare;

  /**
   * What the user asks for.
   *
   * @throws ExitException with status 2 if a value makes no sense
   */
  IdleWork work() {
    if (!(shadowShare >= 0 && shadowShare <= 1)) {
      throw new ExitException(2, "--shadow-share must be 0 to 1, is " + shadowShare, null);
    }
    if (upgrades.equals(AUTO)) {
      return new IdleWork(UpgradePolicy.ON, false, dwell, shadowShare);
    }
    try {
      return new IdleWork(UpgradePolicy.parse(upgrades), true, dwell, shadowShare);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, "--upgrades " + e.getMessage(), e);
    }
  }
}
