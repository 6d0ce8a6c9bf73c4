package io.sluice.domain;

import java.util.Set;

/**
 * A translated text with its annotations, apart from latency.
 *
 * @param text the translation
 * @param outcome TRANSLATED or BYPASSED
 * @param quality what is believed about it
 * @param routing which experts ran
 * @param decoding how it was decoded
 * @param model by which model
 * @param flags what a reader should know
 */
public record Translation(
    String text,
    Outcome outcome,
    Quality quality,
    Routing routing,
    Decoding decoding,
    ModelIdentity model,
    Set<Flag> flags) {

  public Translation {
    flags = Set.copyOf(flags);
  }
}
