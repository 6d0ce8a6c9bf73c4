package io.sluice.moe;

/**
 * A set of weights that runs where fewer than all experts of a layer do, and what chooses among its
 * experts.
 *
 * @param elastic weights of the same shape as the layer's own, finetuned for few experts; null: the
 *     layer's own run
 * @param router ranks the experts of the weights that run
 * @param means of the neurons of the weights that run
 * @param plans null if the layer has none: it is then never to run in mode SENTENCE
 */
public record ExpertChoice(
    ExpertLayer elastic, Router router, SkippedMeans means, ExpertPlans plans) {}
