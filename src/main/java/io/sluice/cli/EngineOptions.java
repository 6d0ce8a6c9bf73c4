package io.sluice.cli;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.Decoding;
import io.sluice.engine.OutputWords;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.MissingRangeException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Which model, on what. */
public final class EngineOptions {
  private static final Logger LOG = LoggerFactory.getLogger(EngineOptions.class);
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
      names = "--backend",
      paramLabel = "auto|onednn|openblas",
      defaultValue = "auto",
      description = "Library of the large matrix products on the CPU.")
  private ProductChoice.Library backend;

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
   * Loads the model with the search, vocabulary and arithmetic that a result was made with, as far
   * as they can be had here.
   *
   * @throws ExitException if it cannot be loaded
   */
  TransformerTranslator loadAs(Decoding stamped) {
    boolean restricted = stamped.shortlist() && OutputWords.available(bundle());
    return load(precision(stamped), restricted, Math.max(1, stamped.beamSize()));
  }

  private ProductChoice.Precision precision(Decoding stamped) {
    boolean bytes = stamped.precision().equals("int8");
    boolean possible =
        bytes
            && ProductChoice.possible(
                backend, ProductChoice.Machine.detect(), bundle().has(ActivationRanges.FILE));
    return possible ? ProductChoice.Precision.INT8 : ProductChoice.Precision.FLOAT32;
  }

  /**
   * Loads the model and warms it with every expert; logs what it runs on.
   *
   * @param restricted true to compute likely output words only
   * @throws ExitException if it cannot be loaded
   */
  TransformerTranslator load(ProductChoice.Precision wanted, boolean restricted, int beamSize) {
    HardwareReport hardware = Hardware.load(device, kernels);
    LOG.info("{}", hardware.line());
    try {
      return load(wanted, hardware, restricted, beamSize);
    } catch (MissingRangeException e) {
      if (wanted != ProductChoice.Precision.AUTO) {
        throw new ExitException("--precision int8 is not possible: " + e.getMessage(), e);
      }
      LOG.warn("no int8, float32 instead: {}", e.getMessage());
      return load(ProductChoice.Precision.FLOAT32, hardware, restricted, beamSize);
    }
  }

  private TransformerTranslator load(
      ProductChoice.Precision wanted, HardwareReport hardware, boolean restricted, int beamSize) {
    try {
      TransformerTranslator translator =
          TransformerTranslator.load(
              bundle(),
              products(wanted, hardware.kernels()),
              new TranslatorOptions(beamSize, hardware.deviceName(), restricted));
      translator.warmUp(WARM_UP_ROUNDS);
      return translator;
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    }
  }

  private MatrixBackend products(ProductChoice.Precision wanted, Kernels kernels) {
    ModelBundle bundle = bundle();
    boolean ranges = bundle.has(ActivationRanges.FILE);
    ProductChoice choice =
        ProductChoice.decide(backend, wanted, ProductChoice.Machine.detect(), ranges);
    LOG.info("matrix products: {}", choice.line());
    return choice.open(bundle, kernels);
  }
}
