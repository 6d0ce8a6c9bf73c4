package io.sluice.moefy;

import io.sluice.moe.partition.PartitionMethod;

/**
 * How an expert bundle is made.
 *
 * @param experts N of each decoder layer
 * @param encoderExperts N of each encoder layer
 * @param method how layers are cut
 * @param keepPartition the neurons stay as they lie; only routers, plans and means are made
 * @param always decoder experts that run in every mode, from number 0
 * @param plans orders of experts of each decoder layer, from which sentences choose
 * @param seed of everything that is random
 * @param cutTokens target tokens that the cut looks at
 * @param tokens target tokens that the routers learn from
 */
public record MoefyOptions(
    int experts,
    int encoderExperts,
    PartitionMethod method,
    boolean keepPartition,
    int always,
    int plans,
    long seed,
    long cutTokens,
    long tokens) {}
