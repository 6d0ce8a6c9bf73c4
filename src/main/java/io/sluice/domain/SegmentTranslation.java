package io.sluice.domain;

import java.util.Set;

/**
 * The model's answer to one segment.
 *
 * @param text the translation
 * @param sourceTokens source tokens without special tokens
 * @param outputTokens output tokens without special tokens
 * @param bytePieces output tokens that are single bytes: a sign of copying what is not understood
 * @param statistics over the output tokens
 * @param coverage share of source tokens that received at least 0.2 of one step's cross-attention
 *     (averaged over layers and heads), 0 to 1
 * @param droppedMass mean share of the routers' mass, over all layers, that experts left out would
 *     have added, 0 to 1; 0 with every expert
 * @param flags what happened
 * @param routing which experts ran
 * @param encodeNanos wall time of encoding the batch, nanoseconds
 * @param decodeNanos wall time of decoding the batch until this row was finished, nanoseconds
 */
public record SegmentTranslation(
    String text,
    int sourceTokens,
    int outputTokens,
    int bytePieces,
    TokenStatistics statistics,
    double coverage,
    double droppedMass,
    Set<Flag> flags,
    Routing routing,
    long encodeNanos,
    long decodeNanos) {

  public SegmentTranslation {
    flags = Set.copyOf(flags);
  }
}
