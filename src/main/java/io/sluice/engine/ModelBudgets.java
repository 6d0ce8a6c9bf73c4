package io.sluice.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.model.LayerBudgets;
import io.sluice.model.Transformer;
import io.sluice.nn.Route;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a budget means to one model: how many experts its layers have, and what is written on
 * results. Numbers above a layer's experts mean all of them. Pure functions; immutable.
 *
 * @param decoderLayers number of decoder layers
 * @param encoderLayers number of encoder layers
 * @param experts experts N of a decoder layer; 1: not cut
 * @param encoderExperts experts of an encoder layer; 1: not cut
 */
public record ModelBudgets(int decoderLayers, int encoderLayers, int experts, int encoderExperts) {

  static ModelBudgets of(Transformer model) {
    return of(model.config(), model.experts());
  }

  /**
   * What budgets mean to a model that is not loaded: reads its config.json only.
   *
   * @throws io.sluice.checkpoint.CheckpointException if config.json is not complete
   */
  public static ModelBudgets read(ModelBundle bundle) {
    JsonNode json = bundle.json("config.json");
    return of(TransformerConfig.read(json), ExpertsConfig.read(json));
  }

  private static ModelBudgets of(TransformerConfig config, ExpertsConfig cut) {
    return new ModelBudgets(
        config.decoderLayers(), config.encoderLayers(), cut.decoder(), cut.encoder());
  }

  /**
   * A budget with the same number of experts in every layer.
   *
   * @param decoder experts of each decoder layer
   * @param encoder experts of each encoder layer
   */
  public ExpertBudget uniform(int decoder, int encoder, RoutingMode mode, BudgetCause cause) {
    return new ExpertBudget(
        Collections.nCopies(decoderLayers, Math.min(decoder, experts)),
        Collections.nCopies(encoderLayers, Math.min(encoder, encoderExperts)),
        mode,
        cause,
        0);
  }

  LayerBudgets decoder(ExpertBudget budget) {
    return layers(budget.decoderExperts(), decoderLayers, experts, budget.mode());
  }

  LayerBudgets encoder(ExpertBudget budget) {
    return layers(budget.encoderExperts(), encoderLayers, encoderExperts, budget.mode());
  }

  private static LayerBudgets layers(List<Integer> asked, int layers, int total, RoutingMode mode) {
    List<Integer> runs = runs(asked, layers, total);
    return mode == RoutingMode.DENSE || runs.stream().allMatch(k -> k == total)
        ? LayerBudgets.ALL
        : new LayerBudgets(route(mode), runs);
  }

  private static List<Integer> runs(List<Integer> asked, int layers, int total) {
    if (asked.isEmpty()) {
      return Collections.nCopies(layers, total);
    }
    if (asked.size() != layers) {
      throw new IllegalArgumentException(
          "a budget for " + asked.size() + " layers, the model has " + layers);
    }
    List<Integer> runs = new ArrayList<>(layers);
    asked.forEach(k -> runs.add(Math.min(k, total)));
    return runs;
  }

  private static Route.Mode route(RoutingMode mode) {
    return switch (mode) {
      case TOKEN -> Route.Mode.TOKEN;
      case SENTENCE -> Route.Mode.SENTENCE;
      case STATIC -> Route.Mode.STATIC;
      case BATCH -> Route.Mode.BATCH;
      case DENSE -> Route.Mode.ALL;
    };
  }

  /**
   * What a result says of how it was made.
   *
   * @param fullBeam hypotheses kept at full quality
   */
  Routing routing(ExpertBudget budget, int fullBeam) {
    boolean dense = budget.mode() == RoutingMode.DENSE;
    List<Integer> decoder =
        runs(dense ? List.of() : budget.decoderExperts(), decoderLayers, experts);
    List<Integer> encoder =
        runs(dense ? List.of() : budget.encoderExperts(), encoderLayers, encoderExperts);
    boolean all =
        decoder.stream().allMatch(k -> k == experts)
            && encoder.stream().allMatch(k -> k == encoderExperts);
    return new Routing(
        all ? RoutingMode.DENSE : budget.mode(),
        decoder,
        experts,
        encoder,
        encoderExperts,
        budget.cause(),
        budget.backlogMillis(),
        budget.beam() == 0 ? fullBeam : Math.min(budget.beam(), fullBeam),
        fullBeam);
  }
}
