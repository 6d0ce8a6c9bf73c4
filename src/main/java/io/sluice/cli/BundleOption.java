package io.sluice.cli;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model's files are read; nothing is loaded. */
public final class BundleOption {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model in the Hugging Face layout; default: the bundled one.")
  private Path directory;

  /**
   * The files of the model.
   *
   * @throws ExitException if there are none
   */
  ModelBundle bundle() {
    try {
      return directory == null ? ModelBundle.bundled() : ModelBundle.of(directory);
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    }
  }
}
