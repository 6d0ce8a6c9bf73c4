package io.sluice.pipeline;

import io.sluice.codec.ResultEncoder;
import io.sluice.codec.ResultHeaders;
import io.sluice.dispatch.DispatchClock;
import io.sluice.dispatch.RowOutcome;
import io.sluice.domain.RawHeader;
import io.sluice.domain.RawRecord;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upgrades to revisions. What cannot be translated again gives none: its first result stays the
 * only one. Thread-safe, never blocks.
 */
final class RevisionWriter implements RowWriter {
  private static final Logger LOG = LoggerFactory.getLogger(RevisionWriter.class);
  private static final int REVISION = 2;

  private final ResultEncoder encoder;
  private final RecordLimits limits;
  private final DispatchClock clock;
  private final Meters meters;

  RevisionWriter(ResultEncoder encoder, RecordLimits limits, DispatchClock clock, Meters meters) {
    this.encoder = encoder;
    this.limits = limits;
    this.clock = clock;
    this.meters = meters;
  }

  @Override
  public boolean canKeep(byte[] encodedRow) {
    return RecordSize.of(new byte[Long.BYTES], encodedRow, List.of()) <= limits.keepBytes();
  }

  @Override
  public List<Outgoing> tooLargeToKeep(RawRecord source) {
    return none(source, "too_large");
  }

  @Override
  public List<Outgoing> write(RawRecord source, RowOutcome outcome) {
    if (outcome instanceof RowOutcome.Translated translated) {
      byte[] value =
          encoder.encode(
              translated.request(),
              translated.translation(),
              translated.clocks().latency(clock.nanos()),
              REVISION);
      List<RawHeader> headers = ResultHeaders.of(source, Instant.ofEpochMilli(clock.millis()));
      if (RecordSize.of(source.key(), value, headers) > limits.revisionBytes()) {
        return none(source, "too_large");
      }
      meters.add(SluiceMeter.UPGRADES, 1, "revised");
      return List.of(
          new Outgoing(
              UpgradesTopology.REVISIONS,
              KafkaRecords.outgoing(source, source.key(), value, headers)));
    }
    if (outcome instanceof RowOutcome.Rejected rejected) {
      LOG.warn("{}: {}", source.position(), rejected.rejection().message());
      return none(source, "rejected");
    }
    return none(source, outcome instanceof RowOutcome.Expired ? "expired" : "tombstone");
  }

  private List<Outgoing> none(RawRecord source, String why) {
    meters.add(SluiceMeter.UPGRADES, 1, why);
    LOG.debug("{} gives no revision: {}", source.position(), why);
    return List.of();
  }
}
