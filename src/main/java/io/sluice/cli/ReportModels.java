package io.sluice.cli;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.ModelBudgets;
import io.sluice.engine.OutputWords;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.moe.partition.PartitionMethod;
import io.sluice.moe.router.ContributionOracle;
import io.sluice.moefy.Moefier;
import io.sluice.moefy.MoefyOptions;
import io.sluice.moefy.ParallelText;
import io.sluice.moefy.Uncompensated;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The models of a report by name: {@code dense}, {@code after} (the expert bundle), and what is
 * made from the dense one in the folder of work when it is first asked for: {@code before}, {@code
 * random}, {@code k-means}, {@code uncompensated}, and {@code n8} and so on, whose quality means
 * nothing. One is loaded at a time. Not thread-safe.
 */
final class ReportModels implements AutoCloseable {
  /** The model {@code before}, its experts chosen by an oracle. */
  static final String ORACLE = "oracle";

  private static final String CALIBRATION = "calibration.json";
  private static final List<String> FIRST = List.of("config.json", CALIBRATION);
  private static final int WARM_UP_ROUNDS = 5;
  private static final int PLANS = 8;
  private static final int GATE_WIDTH = 128;
  private static final int EPOCHS = 8;
  private static final long SPEED_TOKENS = 2000; // to fit bundles whose speed alone is measured

  private final ReportSettings settings;
  private final Consumer<String> progress;
  private String loadedName;
  private TransformerTranslator loaded;

  ReportModels(ReportSettings settings, Consumer<String> progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** The files of a model. */
  ModelBundle bundle(String name) {
    return switch (name) {
      case "dense" -> calibrated();
      case "after" ->
          settings.model() == null ? ModelBundle.bundled() : ModelBundle.of(settings.model());
      case "uncompensated" -> made(name, folder -> Uncompensated.write(bundle("before"), folder));
      case ORACLE -> bundle("before");
      case "before" -> cut(name, PartitionMethod.CO_ACTIVATION_COSINE);
      case "random" -> cut(name, PartitionMethod.RANDOM);
      case "k-means" -> cut(name, PartitionMethod.K_MEANS);
      default -> sized(name, Integer.parseInt(name.substring(1)));
    };
  }

  /** The model, loaded and warm; valid until another one is asked for. */
  TransformerTranslator translator(String name) {
    if (!name.equals(loadedName)) {
      ModelBundle bundle = bundle(name);
      close();
      HardwareReport hardware = Hardware.load(DeviceChoice.Request.CPU);
      TranslatorOptions greedy = TranslatorOptions.greedy(hardware.deviceName());
      loaded =
          name.equals(ORACLE)
              ? TransformerTranslator.load(
                  bundle,
                  new Nd4jBackend(),
                  greedy,
                  (backend, layer, mean, trained) ->
                      ContributionOracle.ofActivations(backend, layer, mean))
              : TransformerTranslator.load(
                  bundle, products(bundle, ProductChoice.Precision.FLOAT32, hardware), greedy);
      loaded.warmUp(WARM_UP_ROUNDS);
      loadedName = name;
    }
    return loaded;
  }

  /** A model, served in some way, loaded and warm, beside the others; the caller closes it. */
  TransformerTranslator open(String name, ServingExperiment.Way way) {
    ModelBundle bundle = bundle(name);
    HardwareReport hardware = Hardware.load(DeviceChoice.Request.CPU);
    TransformerTranslator translator =
        TransformerTranslator.load(
            bundle,
            products(bundle, way.precision(), hardware),
            new TranslatorOptions(way.beam(), hardware.deviceName(), way.shortlist()));
    translator.warmUp(WARM_UP_ROUNDS);
    return translator;
  }

  /** Whether a model can be served in some way here. */
  boolean servable(String name, ServingExperiment.Way way) {
    ModelBundle bundle = bundle(name);
    boolean bytes =
        way.precision() != ProductChoice.Precision.INT8
            || ProductChoice.possible(
                ProductChoice.Library.AUTO,
                ProductChoice.Machine.detect(),
                bundle.has(ActivationRanges.FILE));
    return bytes && (!way.shortlist() || OutputWords.available(bundle));
  }

  private static MatrixBackend products(
      ModelBundle bundle, ProductChoice.Precision precision, HardwareReport hardware) {
    return ProductChoice.decide(
            ProductChoice.Library.AUTO,
            precision,
            ProductChoice.Machine.detect(),
            bundle.has(ActivationRanges.FILE))
        .open(bundle, hardware.kernels());
  }

  @Override
  public void close() {
    if (loaded != null) {
      loaded.close();
      loaded = null;
      loadedName = null;
    }
  }

  /** What budgets mean to a model. */
  ModelBudgets budgets(String name) {
    return ModelBudgets.read(bundle(name));
  }

  /** Forgets the models that were made before. */
  void deleteMade() {
    Path folder = settings.work().resolve("models");
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          files.filter(each -> FIRST.contains(each.getFileName().toString())).toList()) {
        Files.delete(file); // without one of them a folder counts as not made
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  /** Text to cut and fit on: the training parts, both directions. */
  List<ParallelText> trainingTexts() {
    LanguagePair languages = new LanguagePair(ReportSettings.FROM, ReportSettings.TO);
    List<ParallelText> texts = new ArrayList<>(ParallelText.corpora(settings.data(), languages));
    List.copyOf(texts).forEach(text -> texts.add(text.reversed()));
    return texts;
  }

  private ModelBundle cut(String name, PartitionMethod method) {
    int experts = settings.experts();
    return moefied(
        name,
        new MoefyOptions(
            experts,
            experts,
            0,
            PLANS,
            GATE_WIDTH,
            method,
            settings.seed(),
            settings.fitTokens(),
            settings.fitTokens(),
            EPOCHS));
  }

  private ModelBundle sized(String name, int experts) {
    return moefied(
        name,
        new MoefyOptions(
            experts,
            1,
            0,
            0,
            GATE_WIDTH,
            PartitionMethod.RANDOM,
            settings.seed(),
            SPEED_TOKENS,
            SPEED_TOKENS,
            1));
  }

  private ModelBundle moefied(String name, MoefyOptions options) {
    return made(
        name,
        folder ->
            new Moefier(bundle("dense"), trainingTexts(), options, Nd4jBackend::new, progress)
                .write(folder, false));
  }

  /**
   * A translator wants the quality score's calibration, a checkpoint need not have one: then it
   * gets the bundled one. It changes no translation.
   */
  private ModelBundle calibrated() {
    ModelBundle checkpoint = ModelBundle.of(settings.dense());
    if (Files.exists(settings.dense().resolve(CALIBRATION))) {
      return checkpoint;
    }
    Path folder = settings.work().resolve("models").resolve("dense");
    if (!Files.exists(folder.resolve(CALIBRATION))) {
      try (Stream<Path> files = Files.list(settings.dense())) {
        Files.createDirectories(folder);
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.write(folder.resolve(CALIBRATION), ModelBundle.bundled().bytes(CALIBRATION));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot copy " + settings.dense(), e);
      }
    }
    return ModelBundle.of(folder);
  }

  /** A folder is complete once config.json names the experts: it is written last. */
  private ModelBundle made(String name, Consumer<Path> maker) {
    Path folder = settings.work().resolve("models").resolve(name);
    boolean complete =
        Files.exists(folder.resolve("config.json"))
            && ModelBundle.of(folder).json("config.json").has("sluice_experts");
    if (!complete) {
      progress.accept("making the model " + name);
      close();
      Hardware.load(DeviceChoice.Request.CPU);
      maker.accept(folder);
    }
    return ModelBundle.of(folder);
  }
}
