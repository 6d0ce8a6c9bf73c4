package io.sluice.moefy;

import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.model.SentenceFeatures;
import io.sluice.model.Transformer;
import io.sluice.moe.ExpertLayer;
import io.sluice.moefy.ActivationRun.Half;
import io.sluice.moefy.ActivationRun.Observer;
import io.sluice.moefy.ActivationRun.Tokens;
import io.sluice.tensor.MatrixBackend;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Fits routers, plans and means to a model whose neurons lie expert by expert. Three passes over
 * text with all experts, half of it forced along the references and half running free: mean
 * activations; what experts contribute, from which routers and plans are learnt; mean activations
 * of experts that the routers skip. Where a layer has elastic weights, their activations and
 * contributions count, on the inputs that the run gives. Not thread-safe; the same seed gives the
 * same fit.
 */
final class ExpertFitting {
  private final Transformer model;
  private final Map<LayerName, FeedForwardWeights> layers; // what runs with few experts
  private final ElasticActivations elastic;
  private final MoefyOptions options;
  private final MatrixBackend backend;
  private final Consumer<String> progress;
  private final Map<LayerName, LayerFit> fits = new LinkedHashMap<>();
  private final Map<String, FitReport.Layer> reports = new LinkedHashMap<>();

  /**
   * @param model dense
   * @param layers own weights of those that are cut, neurons expert by expert
   * @param elastic weights that run in their place with few experts
   */
  ExpertFitting(
      Transformer model,
      Map<LayerName, FeedForwardWeights> layers,
      ElasticLayers elastic,
      MoefyOptions options,
      MatrixBackend backend,
      Consumer<String> progress) {
    this.model = model;
    this.layers = new LinkedHashMap<>();
    layers.forEach((name, own) -> this.layers.put(name, elastic.orOwn(name, own)));
    this.elastic = elastic.activations(backend);
    this.options = options;
    this.backend = backend;
    this.progress = progress;
  }

  /**
   * Fits.
   *
   * @param kept plans of decoder layers that are not learnt anew
   */
  void fit(List<SentencePair> sentences, Map<LayerName, PlanSet> kept) {
    Map<LayerName, float[]> means = means(sentences.subList(0, 1 + sentences.size() / 8));
    Map<LayerName, RouterSamples> samples = new LinkedHashMap<>();
    SentenceSamples planSamples = new SentenceSamples(featureWidth(), decoderExperts());
    try {
      layers.forEach(
          (name, weights) ->
              samples.put(
                  name,
                  new RouterSamples(
                      new ExpertContributions(layer(name, weights), new float[weights.neurons()]),
                      weights.width())));
      collect(sentences, samples, planSamples, deviations(means));
      Map<LayerName, TrainedRouter> routers = new LinkedHashMap<>();
      samples.forEach((name, rows) -> routers.put(name, train(name, rows)));
      LearntPlans plans =
          LearntPlans.of(
              layers.keySet().stream().filter(this::planned).toList(), planSamples, options, kept);
      measure(sentences, routers, plans);
      samples.forEach((name, rows) -> report(name, rows, routers.get(name), plans));
    } finally {
      samples.values().forEach(RouterSamples::close);
    }
  }

  /** The fitted layers. */
  Map<LayerName, LayerFit> fits() {
    return fits;
  }

  /** How well they fit. */
  Map<String, FitReport.Layer> reports() {
    return reports;
  }

  private int featureWidth() {
    return SentenceFeatures.width(model.config().width());
  }

  private int[] decoderExperts() {
    int[] experts = new int[model.config().decoderLayers()];
    Arrays.fill(experts, options.experts());
    return experts;
  }

  private ExpertLayer layer(LayerName name, FeedForwardWeights weights) {
    return new ExpertLayer(
        options.experts(name.half()),
        options.always(name.half()),
        weights.reads(),
        weights.readBias(),
        weights.writes(),
        weights.writeBias());
  }

  private Map<LayerName, float[]> means(List<SentencePair> sentences) {
    Map<LayerName, NeuronMeans> sums = new LinkedHashMap<>();
    layers.forEach((name, weights) -> sums.put(name, new NeuronMeans(weights.neurons())));
    pass(
        "means",
        sentences,
        seen -> {
          NeuronMeans layer = sums.get(LayerName.of(seen));
          for (int row = 0; layer != null && row < seen.rows(); row++) {
            layer.add(seen.activations(), row * seen.neurons(), 0, seen.neurons());
          }
        });
    Map<LayerName, float[]> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> means.put(name, sum.means(0, null)));
    return means;
  }

  /** For the layers that have plans. */
  private Map<LayerName, ExpertContributions> deviations(Map<LayerName, float[]> means) {
    Map<LayerName, ExpertContributions> deviations = new LinkedHashMap<>();
    layers.forEach(
        (name, weights) -> {
          if (planned(name)) {
            deviations.put(name, new ExpertContributions(layer(name, weights), means.get(name)));
          }
        });
    return deviations;
  }

  private boolean planned(LayerName name) {
    return name.half() == Half.DECODER && options.plans() > 0;
  }

  private void collect(
      List<SentencePair> sentences,
      Map<LayerName, RouterSamples> samples,
      SentenceSamples plans,
      Map<LayerName, ExpertContributions> deviations) {
    pass(
        "contributions",
        sentences,
        new Observer() {
          @Override
          public void begin(List<SentencePair> batch, float[] features) {
            plans.begin(batch.size(), features);
          }

          @Override
          public void observe(Tokens seen) {
            LayerName name = LayerName.of(seen);
            if (samples.containsKey(name)) {
              samples.get(name).add(seen);
            }
            if (deviations.containsKey(name)) {
              plans.add(seen, deviations.get(name));
            }
          }
        });
  }

  private TrainedRouter train(LayerName name, RouterSamples samples) {
    return new RouterTraining(
            samples, options.gateWidth(), options.epochs(), options.seed() + 17L * name.index())
        .train(
            epoch ->
                progress.accept("router " + name + ": epoch " + epoch + " of " + options.epochs()));
  }

  /** Passes once more for the means. */
  private void measure(
      List<SentencePair> sentences, Map<LayerName, TrainedRouter> routers, LearntPlans plans) {
    Map<LayerName, SkippedMeasure> measures = new LinkedHashMap<>();
    layers.forEach(
        (name, weights) ->
            measures.put(
                name,
                new SkippedMeasure(
                    routers.get(name),
                    weights.neurons(),
                    options.always(name.half()),
                    options.levels(name.half()),
                    planned(name) ? plans.sets().get(name).count() : 0,
                    backend)));
    List<SentencePair> some = sentences.subList(0, 1 + sentences.size() / 2);
    pass("means of skipped experts", some, new Skipping(measures, plans));
    layers.forEach(
        (name, weights) ->
            fits.put(
                name,
                new LayerFit(
                    routers.get(name),
                    measures.get(name).mean(),
                    measures.get(name).skippedMeans(),
                    plans.sets().get(name),
                    plans.gates().get(name),
                    measures.get(name).planMeans())));
  }

  /** Hands tokens to the measures, with the plans of their sentences. */
  private final class Skipping implements Observer {
    private final Map<LayerName, SkippedMeasure> measures;
    private final LearntPlans plans;
    private int[] chosen; // of each sentence; null: no layer has plans

    Skipping(Map<LayerName, SkippedMeasure> measures, LearntPlans plans) {
      this.measures = measures;
      this.plans = plans;
    }

    @Override
    public void begin(List<SentencePair> batch, float[] features) {
      int width = featureWidth();
      if (!plans.gates().isEmpty()) {
        chosen = new int[batch.size()];
        for (int s = 0; s < chosen.length; s++) {
          chosen[s] = plans.choose(Arrays.copyOfRange(features, s * width, (s + 1) * width));
        }
      }
    }

    @Override
    public void observe(Tokens seen) {
      LayerName name = LayerName.of(seen);
      if (measures.containsKey(name)) {
        measures.get(name).add(seen, planned(name) ? chosen : null);
      }
    }
  }

  private void report(LayerName name, RouterSamples rows, TrainedRouter router, LearntPlans plans) {
    String key = name.prefix();
    reports.put(
        key.substring(0, key.length() - 1),
        new FitReport.Layer(
            rows.experts(),
            router.epoch(),
            CapturedShares.of(rows, router, rows.count()),
            plans.shares().get(name)));
  }

  private void pass(String what, List<SentencePair> sentences, Observer observer) {
    new ActivationPass(
            model,
            done -> progress.accept(what + ": sentences " + done + " of " + sentences.size()))
        .mixed(sentences, elastic.shownTo(observer));
  }
}
