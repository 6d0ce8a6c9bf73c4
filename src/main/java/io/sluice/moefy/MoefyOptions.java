package io.sluice.moefy;

import io.sluice.moe.partition.PartitionMethod;

/**
 * How an expert bundle is made.
 *
 * @param experts N of each decoder layer
 * @param encoderExperts N of each encoder layer
 * @param method how layers are cut
 * @param seed of everything that is random
 * @param cutTokens target tokens that the cut looks at
 */
public record MoefyOptions(
    int experts, int encoderExperts, PartitionMethod method, long seed, long cutTokens) {}
