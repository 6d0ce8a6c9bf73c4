package io.sluice.cli;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.control.ladder.LadderFile;
import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.Laws;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** How the load moves the number of experts. */
public final class ControlOptions {
  private static final String DEFAULT_LAW = "model";
  private static final String FIXED_LAW = "fixed";
  private static final String WHOLE_LADDER = "all";

  @Option(
      names = "--law",
      paramLabel = Laws.NAMES,
      description =
          "What decides: predicted service rates (the default); full quality or K experts, always;"
              + " thresholds of the oldest record's age; additive increase, multiplicative"
              + " decrease.")
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
      description =
          "Levels with fewer experts only (the default), or also with a narrower search: full"
              + " quality is then that of --beam, as the ladder says.")
  private String levels;

  @Option(
      names = "--min-experts",
      paramLabel = "K",
      description = "No level with fewer experts in a decoder layer; default: 1.")
  private Integer minimum;

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
      description =
          "Times of this machine (model bench); default: those that model bench left in the cache,"
              + " else ours, which are of another machine.")
  private Path timesFile;

  String law() {
    return law == null ? DEFAULT_LAW : law;
  }

  /** The laws of a command that takes several, separated by commas. */
  List<String> severalLaws() {
    return Arrays.stream(law().split(",")).map(String::strip).distinct().toList();
  }

  /** The same options under another law. */
  ControlOptions under(String another) {
    ControlOptions copy = new ControlOptions();
    copy.law = another;
    copy.objective = objective;
    copy.drain = drain;
    copy.levels = levels;
    copy.minimum = minimum;
    copy.maximum = maximum;
    copy.ladderFile = ladderFile;
    copy.timesFile = timesFile;
    return copy;
  }

  /** True if the user asks for a law that moves, or says on which levels. */
  boolean asked() {
    return (law != null && !law.equals(FIXED_LAW))
        || levels != null
        || minimum != null
        || maximum != null
        || ladderFile != null;
  }

  /** True if there is a ladder to move on: that of the model, or one that the user names. */
  boolean hasLadder(ModelBundle bundle) {
    return ladderFile != null || bundle.has(LadderFile.NAME);
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
   * @param bundle the model whose ladder it is, unless the user names another
   * @throws ExitException if there is none
   */
  ServiceLadder ladder(ModelBundle bundle) {
    if (levels != null && !levels.equals(WHOLE_LADDER) && !levels.equals("experts")) {
      throw new ExitException(2, "--ladder must be experts or all, is '" + levels + "'", null);
    }
    ServiceLadder whole = ControlFiles.ladder(ladderFile, bundle, ladderName());
    if (whole.narrows() && !WHOLE_LADDER.equals(levels)) {
      throw new ExitException(
          2, "the levels of this ladder differ in their search: add --ladder all", null);
    }
    return within(WHOLE_LADDER.equals(levels) ? whole : whole.expertsOnly());
  }

  /** The model's ladder with narrower searches, where the user names none and it has one. */
  Optional<ServiceLadder> unaskedWholeLadder(ModelBundle bundle) {
    if (levels != null || ladderFile != null || !bundle.has(LadderFile.ALL)) {
      return Optional.empty();
    }
    return Optional.of(within(ControlFiles.ladder(null, bundle, LadderFile.ALL)));
  }

  private ServiceLadder within(ServiceLadder ladder) {
    try {
      return ladder.bounded(
          minimum == null ? 1 : minimum, maximum == null ? ladder.decoderTotal() : maximum);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
  }

  private String ladderName() {
    return WHOLE_LADDER.equals(levels) ? LadderFile.ALL : LadderFile.NAME;
  }

  /** Where the times of {@link #times} and the ladder come from, as they say themselves. */
  Map<String, String> origins(ModelBundle bundle) {
    Map<String, String> origins = new LinkedHashMap<>();
    origins.put("times", ControlFiles.timesOrigin(timesFile));
    origins.put("ladder", ControlFiles.ladderOrigin(ladderFile, bundle, ladderName()));
    return origins;
  }

  /** The times that the user names, or ours. */
  TimeTable times() {
    return ControlFiles.times(timesFile);
  }

  /** The file of times that the user names, else what was measured, else empty: ours. */
  Optional<Path> timesFile(Optional<Path> measured) {
    return timesFile == null ? measured : Optional.of(timesFile);
  }

  /** Where the ladder lies, for people. */
  String ladderPlace() {
    return ladderFile == null ? "the model's" : ladderFile.toString();
  }

  /**
   * Makes laws, one for each controller.
   *
   * @throws ExitException with status 2 if there is no such law
   */
  Supplier<ControlLaw> laws(ServiceLadder ladder) {
    try {
      var unused = Laws.named(law(), ladder, objective, drain);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
    return () -> Laws.named(law(), ladder, objective, drain);
  }
}
