package io.sluice.moefy;

import io.sluice.checkpoint.ExpertSet;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.model.Transformer;
import io.sluice.moe.ExpertFeedForward;
import io.sluice.moe.ExpertLayer;
import io.sluice.moe.Router;
import io.sluice.moefy.ActivationRun.Half;
import io.sluice.moefy.ActivationRun.Observer;
import io.sluice.moefy.ActivationRun.Tokens;
import io.sluice.nn.FeedForward;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Compares routers on the layers of a model, with the weights that run with few experts: elastic
 * ones where it has some. Every other sentence is for what has to be fitted, the rest is measured;
 * every other batch is fed its reference, the others run free. Activations are not kept: the text
 * is run four times. Not thread-safe.
 */
public final class RouterComparison {
  /** Shares of the experts that run. */
  private static final double[] SHARES = {0.125, 0.25, 0.375, 0.5, 0.75};

  /** Longer sentences are left out: serving cuts them. */
  private static final int LONGEST = 122;

  private final Transformer model;
  private final List<Part> parts = new ArrayList<>();
  private final Consumer<String> progress;

  /** A set of weights and its comparisons, for the numbers of experts that it serves. */
  private record Part(ElasticActivations elastic, Map<LayerName, LayerComparison> layers) {}

  /**
   * @param bundle that the model was loaded from; its neurons lie expert by expert
   * @param model stays open and holds the routers' weights
   * @param experts N of decoder layers that are not cut yet
   * @param encoderExperts N of encoder layers that are not cut yet
   * @param progress told what is being done, for people
   * @throws IllegalArgumentException if a layer cannot be cut into so many experts
   */
  public RouterComparison(
      ModelBundle bundle,
      Transformer model,
      int experts,
      int encoderExperts,
      Consumer<String> progress) {
    this.model = model;
    this.progress = progress;
    Safetensors tensors = weights(bundle);
    ExpertsConfig config = ExpertsConfig.read(bundle.json("config.json"));
    for (ExpertSet set : config.sets().isEmpty() ? List.of(ExpertSet.LOWER) : config.sets()) {
      ElasticLayers few = ElasticLayers.read(bundle, set);
      Map<LayerName, LayerComparison> layers = new LinkedHashMap<>();
      for (LayerName name : LayerName.all(model.config())) {
        boolean encoder = name.half() == Half.ENCODER;
        FeedForward found =
            (encoder ? model.encoder().feedForwards() : model.decoder().feedForwards())
                .get(name.index());
        int count =
            found instanceof ExpertFeedForward cut
                ? cut.experts()
                : encoder ? encoderExperts : experts;
        int[] ks = ks(count, config.upper(), set);
        Map<String, Router> trained = new LinkedHashMap<>();
        if (found instanceof ExpertFeedForward cut && ks.length > 0) {
          trained.put("trained gate", cut.choice(ks[0]).router());
        }
        FeedForwardWeights read = few.orOwn(name, name.weights(tensors, model.config()));
        ExpertLayer layer =
            new ExpertLayer(
                count, 0, read.reads(), read.readBias(), read.writes(), read.writeBias());
        layers.put(
            name, new LayerComparison(layer, read.writeLengths(), trained, model.backend(), ks));
      }
      parts.add(new Part(few.activations(model.backend()), layers));
    }
  }

  private static Safetensors weights(ModelBundle bundle) {
    try (InputStream in = bundle.open("model.safetensors")) {
      return Safetensors.read(in, "model.safetensors");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model " + bundle, e);
    }
  }

  /** Those that a set serves. */
  private static int[] ks(int experts, int upper, ExpertSet set) {
    return java.util.Arrays.stream(SHARES)
        .mapToInt(share -> (int) Math.max(1, Math.round(share * experts)))
        .filter(k -> upper == 0 || k > upper == (set == ExpertSet.UPPER))
        .distinct()
        .toArray();
  }

  /**
   * Compares; once for each object.
   *
   * @param limit lines of each text that are looked at, from the first
   * @throws IllegalArgumentException if there are fewer than two sentences
   */
  public RouterReport compare(List<ParallelText> texts, int limit, Tokenizer tokenizer) {
    List<SentencePair> all = sentences(texts, limit, tokenizer);
    if (all.size() < 2) {
      throw new IllegalArgumentException("fewer than two sentences to compare routers on");
    }
    List<SentencePair> fitted = everyOther(all, 0);
    List<SentencePair> measured = everyOther(all, 1);
    pass("neurons", fitted, LayerComparison::addMoments);
    each(LayerComparison::beginFits);
    pass("fits", fitted, LayerComparison::addToFits);
    each(LayerComparison::beginStandIns);
    pass("means", fitted, LayerComparison::addToStandIns);
    each(LayerComparison::beginMeasures);
    pass("measured", measured, LayerComparison::measure);
    List<RouterReport.Layer> reports = new ArrayList<>();
    parts
        .get(0)
        .layers()
        .forEach(
            (name, each) ->
                reports.add(
                    new RouterReport.Layer(
                        name.half().name().toLowerCase(Locale.ROOT),
                        name.index(),
                        each.layer().experts(),
                        each.layer().neurons(),
                        each.tokens(),
                        rows(name))));
    return new RouterReport(fitted.size(), measured.size(), reports);
  }

  private void each(Consumer<LayerComparison> step) {
    parts.forEach(part -> part.layers().values().forEach(step));
  }

  /** The rows of a layer, with the numbers of experts of all sets. */
  private List<RouterReport.Row> rows(LayerName name) {
    Map<String, List<RouterReport.Point>> results = new LinkedHashMap<>();
    for (Part part : parts) {
      for (RouterReport.Row row : part.layers().get(name).rows()) {
        results.computeIfAbsent(row.router(), key -> new ArrayList<>()).addAll(row.points());
      }
    }
    List<RouterReport.Row> rows = new ArrayList<>();
    results.forEach((router, each) -> rows.add(new RouterReport.Row(router, each)));
    return rows;
  }

  private static List<SentencePair> sentences(
      List<ParallelText> texts, int limit, Tokenizer tokenizer) {
    List<SentencePair> all = new ArrayList<>();
    for (ParallelText text : texts) {
      for (int line = 0; line < Math.min(limit, text.size()); line++) {
        if (!text.sources().get(line).isBlank() && !text.targets().get(line).isBlank()) {
          SentencePair pair = text.encode(line, tokenizer);
          if (pair.source().length <= LONGEST && pair.target().length <= LONGEST) {
            all.add(pair);
          }
        }
      }
    }
    return all;
  }

  private static List<SentencePair> everyOther(List<SentencePair> all, int first) {
    return IntStream.range(0, all.size())
        .filter(index -> index % 2 == first)
        .mapToObj(all::get)
        .toList();
  }

  private void pass(
      String name, List<SentencePair> sentences, BiConsumer<LayerComparison, Tokens> step) {
    List<Observer> observers = new ArrayList<>();
    for (Part part : parts) {
      observers.add(
          part.elastic()
              .shownTo(
                  tokens -> {
                    // all rows of the decoder are at the same position; the start token is always
                    // the same
                    if (tokens.half() == Half.ENCODER || tokens.positions()[0] > 0) {
                      step.accept(part.layers().get(LayerName.of(tokens)), tokens);
                    }
                  }));
    }
    new ActivationPass(
            model, done -> progress.accept(name + ": sentence " + done + " of " + sentences.size()))
        .mixed(sentences, tokens -> observers.forEach(each -> each.observe(tokens)));
  }
}
