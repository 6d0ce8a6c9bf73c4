package io.sluice.pipeline;

import io.sluice.codec.UpgradeEncoder;
import io.sluice.domain.RawRecord;
import io.sluice.domain.Request;
import io.sluice.domain.Translation;
import io.sluice.domain.Upgrade;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down which results are owed a translation at full quality. Thread-safe, never blocks. */
final class DebtWriter {
  private static final Logger LOG = LoggerFactory.getLogger(DebtWriter.class);

  private final UpgradeEncoder encoder;
  private final UpgradePolicy policy;
  private final int limitBytes;
  private final Meters meters;

  /**
   * A writer.
   *
   * @param limitBytes largest record of the upgrades topic
   */
  DebtWriter(UpgradeEncoder encoder, UpgradePolicy policy, int limitBytes, Meters meters) {
    this.encoder = encoder;
    this.policy = policy;
    this.limitBytes = limitBytes;
    this.meters = meters;
  }

  /** The record that goes with a result; empty if nothing is owed, or if it would not fit. */
  Optional<Outgoing> owed(RawRecord source, Request request, Translation translation) {
    if (!policy.owes(translation)) {
      return Optional.empty();
    }
    byte[] value =
        encoder.encode(
            new Upgrade(
                request,
                source.position(),
                translation.routing().expertsPerLayer(),
                translation.routing().encoderExpertsPerLayer(),
                translation.quality().expectedLoss(),
                1));
    if (RecordSize.of(source.key(), value, source.headers()) > limitBytes) {
      meters.add(SluiceMeter.UPGRADES, 1, "too_large");
      LOG.warn("{} stays degraded: its upgrade would not fit", source.position());
      return Optional.empty();
    }
    meters.add(SluiceMeter.UPGRADES, 1, "owed");
    return Optional.of(
        new Outgoing(
            TranslationTopology.UPGRADES,
            KafkaRecords.outgoing(source, source.key(), value, source.headers())));
  }
}
