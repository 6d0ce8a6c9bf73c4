package io.sluice.codec;

import io.sluice.avro.TranslationUpgrade;
import io.sluice.domain.SourcePosition;
import io.sluice.domain.Upgrade;

/** Bytes in registry framing to what is owed for a degraded result. Thread-safe. */
public final class UpgradeDecoder {
  private final FramedReader<TranslationUpgrade> reader;
  private final int maxTextBytes;

  /**
   * A decoder.
   *
   * @param maxTextBytes longest text accepted, bytes of UTF-8
   */
  public UpgradeDecoder(SchemaSource schemas, int maxTextBytes) {
    this.reader = new FramedReader<>(schemas, TranslationUpgrade.getClassSchema());
    this.maxTextBytes = maxTextBytes;
  }

  /**
   * Decodes and validates one value.
   *
   * @throws io.sluice.domain.RejectedException if it is none that this application wrote
   * @throws io.sluice.domain.UnavailableException if the schema cannot be had for now
   */
  public Upgrade decode(byte[] value) {
    TranslationUpgrade upgrade = reader.read(value);
    return new Upgrade(
        RequestDecoder.validated(upgrade.getRequest(), maxTextBytes),
        new SourcePosition(
            upgrade.getSourceTopic(), upgrade.getSourcePartition(), upgrade.getSourceOffset()),
        upgrade.getExpertsPerLayer(),
        upgrade.getEncoderExpertsPerLayer(),
        upgrade.getExpectedLoss(),
        upgrade.getRevision());
  }
}
