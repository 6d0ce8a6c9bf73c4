package io.sluice.codec;

import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationUpgrade;
import io.sluice.domain.Request;
import io.sluice.domain.Upgrade;

/** What is owed for a degraded result, to bytes in registry framing. Thread-safe. */
public final class UpgradeEncoder {
  private final FramedWriter<TranslationUpgrade> writer;

  /**
   * An encoder.
   *
   * @param schemaId the registry's id of the TranslationUpgrade schema
   */
  public UpgradeEncoder(int schemaId) {
    this.writer = new FramedWriter<>(schemaId, TranslationUpgrade.getClassSchema());
  }

  public byte[] encode(Upgrade upgrade) {
    return writer.write(
        new TranslationUpgrade(
            request(upgrade.request()),
            upgrade.source().topic(),
            upgrade.source().partition(),
            upgrade.source().offset(),
            upgrade.expertsPerLayer(),
            upgrade.encoderExpertsPerLayer(),
            upgrade.expectedLoss(),
            upgrade.revision()));
  }

  private static TranslationRequest request(Request request) {
    return new TranslationRequest(
        request.id(),
        request.text(),
        request.languages().source(),
        request.languages().target(),
        request.createdAt().orElse(null),
        io.sluice.avro.Priority.valueOf(request.priority().name()),
        request.minimumExpertShare().isPresent()
            ? request.minimumExpertShare().getAsDouble()
            : null,
        request.deadline().orElse(null),
        request.metadata());
  }
}
