package io.sluice.cli;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
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
      names = "--beam",
      paramLabel = "N",
      defaultValue = "1",
      description = "Hypotheses kept in search; 1 is greedy.")
  private int beam;

  @Option(
      names = "--experts",
      paramLabel = "K|all",
      defaultValue = "all",
      description = "Experts to run in each decoder layer.")
  private String experts;

  @Option(
      names = "--routing",
      paramLabel = "token|sentence|static|batch",
      description = "How experts are chosen; without effect while all of them run.")
  private String routing;

  /** The files of the model. */
  public ModelBundle bundle() {
    return directory == null ? ModelBundle.bundled() : ModelBundle.of(directory);
  }

  /**
   * The budget that the user asks for.
   *
   * @throws ExitException with status 2: the dense model has one expert, which is all of them
   */
  public ExpertBudget budget() {
    if (routing != null
        && !java.util.List.of("token", "sentence", "static", "batch").contains(routing)) {
      throw new ExitException(2, "--routing must be token, sentence, static or batch", null);
    }
    if (!experts.equals("all") && !experts.equals("1")) {
      throw new ExitException(
          2, "--experts " + experts + ": this model is dense, it runs with --experts all", null);
    }
    return ExpertBudget.all();
  }

  /**
   * Loads and warms the model; logs what it runs on.
   *
   * @throws ExitException if it cannot be loaded
   */
  public TransformerTranslator load() {
    if (beam < 1) {
      throw new ExitException(2, "--beam must be at least 1, is " + beam, null);
    }
    HardwareReport hardware = Hardware.load(device);
    LOG.info("{}", hardware.line());
    try {
      TransformerTranslator translator =
          TransformerTranslator.load(
              bundle(), new Nd4jBackend(), new TranslatorOptions(beam, hardware.deviceName()));
      translator.warmUp(WARM_UP_ROUNDS);
      return translator;
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    }
  }
}
