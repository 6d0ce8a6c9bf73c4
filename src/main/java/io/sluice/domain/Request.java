package io.sluice.domain;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One text to translate, decoded and valid.
 *
 * @param id the sender's identifier, not interpreted
 * @param text the text, any length
 * @param languages the direction
 * @param createdAt when the sender made it, if it says so
 * @param priority how soon the answer is wanted
 * @param minimumExpertShare never run fewer than this share of the experts, 0 to 1
 * @param deadline after this moment the answer is of no use
 * @param metadata the sender's annotations, copied to the result
 */
public record Request(
    String id,
    String text,
    LanguagePair languages,
    Optional<Instant> createdAt,
    Priority priority,
    OptionalDouble minimumExpertShare,
    Optional<Instant> deadline,
    Map<String, String> metadata) {

  public Request {
    metadata = Map.copyOf(metadata);
    if (minimumExpertShare.isPresent()) {
      double share = minimumExpertShare.getAsDouble();
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("minimumExpertShare must be 0 to 1, is " + share);
      }
    }
  }
}
