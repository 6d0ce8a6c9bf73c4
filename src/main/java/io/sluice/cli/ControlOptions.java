package io.sluice.cli;

import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.Laws;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the load moves the number of experts. */
public final class ControlOptions {
  private static final String WHOLE_LADDER = "all";

  @Mixin private BundleOption bundle;

  @Option(
      names = "--law",
      paramLabel = Laws.NAMES,
      defaultValue = "model",
      description =
          "What decides: predicted service rates; full quality or K experts, always; thresholds of"
              + " the oldest record's age; additive increase, multiplicative decrease.")
  private String law;

  @Option(
      names = "--slo",
      paramLabel = "DURATION",
      defaultValue = "2s",
      description = "Latency that is promised, from record to committed result.")
  private Duration objective;

  @Option(
      names = "--drain-time",
      paramLabel = "DURATION",
      defaultValue = "5s",
      description = "Time in which a backlog is to be gone.")
  private Duration drain;

  @Option(
      names = "--ladder",
      paramLabel = "experts|all",
      defaultValue = "experts",
      description = "Levels with fewer experts only, or with another search and a shortlist too.")
  private String levels;

  @Option(
      names = "--min-experts",
      paramLabel = "K",
      defaultValue = "1",
      description = "No level with fewer experts in a decoder layer.")
  private int minimum;

  @Option(
      names = "--max-experts",
      paramLabel = "K",
      description = "No level with more experts in a decoder layer; default: all.")
  private Integer maximum;

  @Option(
      names = "--ladder-file",
      paramLabel = "FILE",
      description = "Levels (model ladder); default: those of the model.")
  private Path ladderFile;

  @Option(
      names = "--times",
      paramLabel = "FILE",
      description = "Times of this machine (model bench); default: ours, which are estimates.")
  private Path timesFile;

  String law() {
    return law;
  }

  Duration objective() {
    return objective;
  }

  Duration drain() {
    return drain;
  }

  /**
   * The ladder within the bounds.
   *
   * @throws ExitException if there is none
   */
  ServiceLadder ladder() {
    if (!levels.equals(WHOLE_LADDER) && !levels.equals("experts")) {
      throw new ExitException(2, "--ladder must be experts or all, is '" + levels + "'", null);
    }
    ServiceLadder whole = ControlFiles.ladder(ladderFile, bundle.bundle());
    ServiceLadder ladder = levels.equals(WHOLE_LADDER) ? whole : whole.expertsOnly();
    try {
      return ladder.bounded(minimum, maximum == null ? ladder.decoderTotal() : maximum);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
  }

  /** Where times and ladder come from, measured or not, as they say themselves. */
  Map<String, String> origins() {
    Map<String, String> origins = new LinkedHashMap<>();
    origins.put("times", ControlFiles.timesOrigin(timesFile));
    origins.put("ladder", ControlFiles.ladderOrigin(ladderFile, bundle.bundle()));
    return origins;
  }

  TimeTable times() {
    return ControlFiles.times(timesFile);
  }

  /**
   * Makes laws, one for each controller.
   *
   * @throws ExitException with status 2 if there is no such law
   */
  Supplier<ControlLaw> laws(ServiceLadder ladder) {
    try {
      var unused = Laws.named(law, ladder, objective, drain);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
    return () -> Laws.named(law, ladder, objective, drain);
  }
}
