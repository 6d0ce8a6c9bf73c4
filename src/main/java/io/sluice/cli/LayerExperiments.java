package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.LanguagePair;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.moe.partition.PartitionMethod;
import io.sluice.moefy.ParallelText;
import io.sluice.moefy.PartitionComparison;
import io.sluice.moefy.RouterComparison;
import io.sluice.moefy.TextMix;
import io.sluice.results.Experiment;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is measured within layers: sparsity, cuts and routers. */
final class LayerExperiments {
  private static final int SPARSITY_BATCH = 256;
  private static final int LINES = 300; // of each test set
  private static final List<PartitionMethod> METHODS =
      List.of(
          PartitionMethod.RANDOM,
          PartitionMethod.K_MEANS,
          PartitionMethod.K_MEANS_SIGNATURE,
          PartitionMethod.CO_ACTIVATION,
          PartitionMethod.CO_ACTIVATION_COSINE,
          PartitionMethod.CO_ACTIVATION_PMI);

  private final LanguagePair languages = new LanguagePair(ReportSettings.FROM, ReportSettings.TO);
  private final ObjectMapper mapper = new ObjectMapper();
  private final ReportSettings settings;
  private final ReportModels models;
  private final List<ReportCorpus> corpora;
  private final Consumer<String> progress;
  private PartitionComparison partitions; // null until it is needed

  LayerExperiments(
      ReportSettings settings,
      ReportModels models,
      List<ReportCorpus> corpora,
      Consumer<String> progress) {
    this.settings = settings;
    this.models = models;
    this.corpora = corpora;
    this.progress = progress;
  }

  List<Experiment> all() {
    List<Experiment> experiments = new ArrayList<>();
    for (String model : List.of("dense", "after")) {
      experiments.add(
          new Experiment("sparsity-" + model, "sparsity of " + model, () -> sparsity(model)));
    }
    for (PartitionMethod method : METHODS) {
      for (boolean refined : new boolean[] {false, true}) {
        String name = method.label() + (refined ? "-refined" : "");
        experiments.add(
            new Experiment("partition-" + name, "cut: " + name, () -> partition(method, refined)));
      }
    }
    for (String model : List.of("before", "after")) {
      experiments.add(
          new Experiment("routers-" + model, "routers of " + model, () -> routers(model)));
    }
    return experiments;
  }

  private ObjectNode sparsity(String model) {
    List<String> sources = some(ReportCorpus::sources);
    List<String> targets = some(ReportCorpus::references);
    return with(
        model,
        (bundle, tokenizer, loaded) -> {
          SparsityText text = SparsityText.of(sources, targets, tokenizer, languages);
          int language = tokenizer.targetLanguageId(languages.target());
          OutputLengths lengths = OutputLengths.read(bundle, loaded.config());
          SparsityReport report =
              new SparsityRun(loaded, lengths, language, SPARSITY_BATCH)
                  .run(text, done -> progress.accept("sentence " + done));
          return SparsityJson.of(report).put("digest", loaded.digest());
        });
  }

  private List<String> some(Function<ReportCorpus, List<String>> side) {
    return corpora.stream().flatMap(each -> side.apply(each).stream().limit(LINES)).toList();
  }

  private ObjectNode partition(PartitionMethod method, boolean refined) {
    if (partitions == null) {
      partitions =
          with(
              "dense",
              (bundle, tokenizer, loaded) ->
                  new PartitionComparison(
                      bundle,
                      loaded,
                      settings.experts(),
                      new TextMix(models.trainingTexts(), tokenizer, settings.seed()),
                      settings.fitTokens(),
                      settings.seed(),
                      progress));
    }
    return mapper.valueToTree(partitions.measure(method, refined));
  }

  private ObjectNode routers(String model) {
    partitions = null; // large, and not needed any more
    List<ParallelText> texts =
        corpora.stream()
            .map(
                each -> new ParallelText(each.name(), languages, each.sources(), each.references()))
            .toList();
    return with(
        model,
        (bundle, tokenizer, loaded) ->
            mapper.valueToTree(
                new RouterComparison(
                        bundle, loaded, settings.experts(), settings.experts(), progress)
                    .compare(texts, LINES, tokenizer)));
  }

  private <T> T with(String model, Measurement<T> measurement) {
    ModelBundle bundle = models.bundle(model);
    models.close();
    Hardware.load(DeviceChoice.Request.CPU);
    try (InputStream json = bundle.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(json);
        Transformer loaded = TransformerLoader.load(bundle, new Nd4jBackend())) {
      return measurement.of(bundle, tokenizer, loaded);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model " + bundle, e);
    }
  }

  /** Something to measure on a model. */
  private interface Measurement<T> {
    T of(ModelBundle bundle, Tokenizer tokenizer, Transformer model);
  }
}
