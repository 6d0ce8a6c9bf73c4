package io.sluice.moefy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ExpertSet;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.SafetensorsWriter;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.moefy.ActivationRun.Half;
import io.sluice.tensor.MatrixBackend;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes an expert bundle out of a dense one. Call from one thread; the same seed, the same files.
 */
public final class Moefier {
  private final ModelBundle source;
  private final List<ParallelText> texts;
  private final MoefyOptions options;
  private final Supplier<MatrixBackend> backends;
  private final Consumer<String> progress;

  /**
   * @param source dense, or an expert bundle whose partition is kept
   * @param texts in every direction that the model is for
   * @param backends makes what holds weights
   * @param progress told what is being done, for people
   */
  public Moefier(
      ModelBundle source,
      List<ParallelText> texts,
      MoefyOptions options,
      Supplier<MatrixBackend> backends,
      Consumer<String> progress) {
    this.source = source;
    this.texts = List.copyOf(texts);
    this.options = options;
    this.backends = backends;
    this.progress = progress;
  }

  /**
   * Whether the source has elastic weights that the new bundle will not have, because it is cut
   * anew: they were finetuned for the experts of the old partition.
   */
  public boolean leavesElasticWeightsOut() {
    return options.method() != null
        && Arrays.stream(ExpertSet.values())
            .anyMatch(set -> !ElasticLayers.read(source, set).isEmpty());
  }

  /**
   * Cuts and fits. Elastic weights go into the new bundle as they are, if the partition is kept.
   *
   * @param out folder of the new bundle
   * @param keepPlans use the plans of the source instead of learning new ones
   * @throws IllegalArgumentException if the partition of a source with two sets is kept without its
   *     plans: plan p would no longer be the same kind of sentence in both
   */
  public FitReport write(Path out, boolean keepPlans) {
    if (sets().size() > 1 && !keepPlans) {
      throw new IllegalArgumentException(
          source + " has two sets of experts, whose plans belong together: keep its plans too");
    }
    BundleFolder folder = new BundleFolder(out, source);
    try (InputStream json = source.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(json)) {
      TextMix mix = new TextMix(texts, tokenizer, options.seed());
      cut(folder, mix);
      return fit(folder, ModelBundle.of(out), mix, keepPlans);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model " + source, e);
    }
  }

  /**
   * Writes config.json, the tokenizer and the weights with the neurons of experts side by side; the
   * model stays dense.
   */
  public void writeCut(Path out) {
    try (InputStream json = source.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(json)) {
      cut(new BundleFolder(out, source), new TextMix(texts, tokenizer, options.seed()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model " + source, e);
    }
  }

  private void cut(BundleFolder folder, TextMix mix) throws IOException {
    if (options.method() == null) {
      folder.writeDense(Map.of());
      return;
    }
    try (Transformer model = TransformerLoader.load(source, backends.get())) {
      Map<LayerName, FeedForwardWeights> layers = layers(source, model.config());
      folder.writeDense(
          new Cutting(model, options, progress).cut(layers, mix.draw(options.cutTokens())));
    }
  }

  private FitReport fit(BundleFolder folder, ModelBundle dense, TextMix mix, boolean keepPlans)
      throws IOException {
    try (MatrixBackend backend = backends.get();
        Transformer model = TransformerLoader.load(dense, backends.get())) {
      Map<LayerName, FeedForwardWeights> layers = layers(dense, model.config());
      List<SentencePair> sentences = mix.draw(options.fitTokens());
      Map<String, FitReport.Layer> reports = new LinkedHashMap<>();
      for (ExpertSet set : sets()) {
        ElasticLayers elastic =
            options.method() == null ? ElasticLayers.read(source, set) : ElasticLayers.none();
        ExpertFitting fitting =
            new ExpertFitting(model, layers, elastic, options, backend, progress);
        fitting.fit(sentences, keepPlans ? plans(model.config(), set) : Map.of());
        SafetensorsWriter writer = new SafetensorsWriter();
        fitting
            .fits()
            .forEach(
                (name, fit) -> {
                  fit.write(name, writer);
                  elastic.write(name, writer);
                });
        folder.write(set.file(), writer);
        String suffix = set == ExpertSet.UPPER ? " (upper set)" : "";
        fitting.reports().forEach((name, layer) -> reports.put(name + suffix, layer));
      }
      FitReport report = new FitReport(options.seed(), options.fitTokens(), reports);
      folder.writeJson("report.json", report);
      folder.writeJson("config.json", config(folder));
      return report;
    }
  }

  /** Those of the source whose partition is kept; a new partition has one. */
  private List<ExpertSet> sets() {
    List<ExpertSet> found =
        options.method() == null
            ? ExpertsConfig.read(source.json("config.json")).sets()
            : List.<ExpertSet>of();
    return found.isEmpty() ? List.of(ExpertSet.LOWER) : found;
  }

  /** The layers that are, or are to be, cut. */
  private Map<LayerName, FeedForwardWeights> layers(ModelBundle bundle, TransformerConfig config)
      throws IOException {
    try (InputStream weights = bundle.open("model.safetensors")) {
      Safetensors tensors = Safetensors.read(weights, "model.safetensors");
      Map<LayerName, FeedForwardWeights> layers = new LinkedHashMap<>();
      for (LayerName layer : LayerName.all(config)) {
        if (options.experts(layer.half()) > 1) {
          layers.put(layer, layer.weights(tensors, config));
        }
      }
      return layers;
    }
  }

  private Map<LayerName, PlanSet> plans(TransformerConfig config, ExpertSet set)
      throws IOException {
    try (InputStream file = source.open(set.file())) {
      Safetensors tensors = Safetensors.read(file, set.file());
      Map<LayerName, PlanSet> plans = new LinkedHashMap<>();
      for (LayerName layer : LayerName.all(config)) {
        if (layer.half() == Half.DECODER) {
          float[] stored =
              tensors.values(layer.prefix() + "plan.order", options.plans(), options.experts());
          int[][] orders = new int[options.plans()][options.experts()];
          for (int i = 0; i < stored.length; i++) {
            orders[i / options.experts()][i % options.experts()] = Math.round(stored[i]);
          }
          plans.put(layer, new PlanSet(orders));
        }
      }
      return plans;
    }
  }

  private ObjectNode config(BundleFolder folder) {
    ObjectNode config = folder.config();
    ObjectNode experts = config.putObject("sluice_experts");
    experts.put("decoder", options.experts()).put("encoder", options.encoderExperts());
    experts.put("always", options.always());
    levels(experts.putArray("levels"), Half.DECODER);
    levels(experts.putArray("encoder_levels"), Half.ENCODER);
    experts.put("gate_width", options.gateWidth()).put("plans", options.plans());
    if (sets().contains(ExpertSet.UPPER)) {
      experts.put("upper", ExpertsConfig.read(source.json("config.json")).upper());
    }
    return config;
  }

  private void levels(ArrayNode array, Half half) {
    if (options.experts(half) > 1) {
      for (int level : options.levels(half)) {
        array.add(level);
      }
    }
  }
}
