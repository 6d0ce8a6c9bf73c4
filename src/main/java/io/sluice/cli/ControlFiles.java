package io.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.control.ladder.LadderFile;
import io.sluice.control.ladder.TimesFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads ladders and time tables. */
final class ControlFiles {
  private static final String DEFAULT_TIMES = "/control/times.json";
  private static final String UNKNOWN = "unknown";

  private ControlFiles() {}

  /**
   * The ladder of a model.
   *
   * @param file null: that of the bundle
   * @param name of the bundle's
   * @throws ExitException if there is none
   */
  static ServiceLadder ladder(Path file, ModelBundle bundle, String name) {
    try {
      return LadderFile.read(file == null ? bundle.json(name) : json(file));
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new ExitException(
          "no service ladder (./sluice model ladder makes one, for --ladder all with --extend): "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Checks that full quality of a ladder is the search of a translator, where it matters: where
   * other levels search more narrowly.
   *
   * @param beam the translator's
   * @throws ExitException with status 2 if it is not
   */
  static void checkBeam(ServiceLadder ladder, int beam) {
    if (ladder.narrows() && ladder.fullBeam() != beam) {
      throw new ExitException(
          2,
          "full quality of the ladder is a beam of %d: add --beam %<d".formatted(ladder.fullBeam()),
          null);
    }
  }

  /**
   * A time table.
   *
   * @param file null: ours; {@link #timesOrigin} says whether it was measured
   * @throws ExitException if it cannot be read
   */
  static TimeTable times(Path file) {
    try {
      return TimesFile.read(file == null ? resource() : json(file));
    } catch (IllegalArgumentException e) {
      throw new ExitException(file + ": " + e.getMessage(), e);
    }
  }

  /** What a ladder says of where its figures come from, see {@link #ladder}. */
  static String ladderOrigin(Path file, ModelBundle bundle, String name) {
    JsonNode json = file == null ? bundle.json(name) : json(file);
    return json.path("origin").asText(UNKNOWN);
  }

  /** What a time table says of where its figures come from, see {@link #times}. */
  static String timesOrigin(Path file) {
    return (file == null ? resource() : json(file)).path("machine").asText(UNKNOWN);
  }

  private static JsonNode resource() {
    try (InputStream in = ControlFiles.class.getResourceAsStream(DEFAULT_TIMES)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new ExitException("cannot read " + DEFAULT_TIMES, e);
    }
  }

  /**
   * The first JSON value of a file.
   *
   * @throws ExitException if it cannot be read
   */
  static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ExitException("cannot read " + file, e);
    }
  }
}
