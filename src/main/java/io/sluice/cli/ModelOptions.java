package io.sluice.cli;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Nd4jBackend;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Which model, on what, with which search. */
public final class ModelOptions {
  private static final Logger LOG = LoggerFactory.getLogger(ModelOptions.class);
  private static final int WARM_UP_ROUNDS = 5;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model in the Hugging Face layout; default: the bundled one.")
  private Path directory;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda|auto",
      defaultValue = "auto",
      description = "What the model runs on.")
  private DeviceChoice.Request device;

  @Option(
      names = "--kernels",
      paramLabel = "auto|vector|scalar",
      defaultValue = "auto",
      description = "What computes between the matrix products: vector instructions or plain Java.")
  private KernelChoice.Request kernels;

  @Option(
      names = "--beam",
      paramLabel = "N",
      defaultValue = "1",
      description = "Hypotheses kept in search; 1 is greedy.")
  private int beam;

  /**
   * The files of the model.
   *
   * @throws ExitException if there are none
   */
  public ModelBundle bundle() {
    try {
      return directory == null ? ModelBundle.bundled() : ModelBundle.of(directory);
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    }
  }

  /**
   * Loads the model and warms it with every expert; logs what it runs on.
   *
   * @throws ExitException if it cannot be loaded
   */
  public TransformerTranslator load() {
    if (beam < 1) {
      throw new ExitException(2, "--beam must be at least 1, is " + beam, null);
    }
    return load(beam);
  }

  /** The same with another search than the options say. */
  TransformerTranslator load(int beamSize) {
    HardwareReport hardware = Hardware.load(device, kernels);
    LOG.info("{}", hardware.line());
    try {
      TransformerTranslator translator =
          TransformerTranslator.load(
              bundle(),
              new Nd4jBackend(hardware.kernels()),
              new TranslatorOptions(beamSize, hardware.deviceName()));
      translator.warmUp(WARM_UP_ROUNDS);
      return translator;
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    }
  }
}
