package io.sluice.dispatch;

import io.sluice.domain.PreparedText;
import io.sluice.domain.Request;
import io.sluice.domain.Stage;
import io.sluice.domain.UnavailableException;
import io.sluice.engine.Translator;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes, validates and cuts one row. Thread-safe. */
final class Preparer {
  private static final Logger LOG = LoggerFactory.getLogger(Preparer.class);
  private static final long LOG_EVERY_NANOS = 10_000_000_000L;

  private final RecordDecoder decoder;
  private final Translator translator;
  private final DispatchClock clock;
  private final Meters meters;
  private volatile long loggedNanos;
  private volatile boolean logged;

  Preparer(RecordDecoder decoder, Translator translator, DispatchClock clock, Meters meters) {
    this.decoder = decoder;
    this.translator = translator;
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * Takes a row as far as it gets without the model.
   *
   * @return the text that waits for the model; empty if the row is finished or abandoned
   * @throws UnavailableException if it must be tried again later
   */
  Optional<Text> prepare(PendingRow row) {
    if (row.abandoned()) {
      return Optional.empty();
    }
    if (row.rawRecord().value() == null) {
      row.finish(new RowOutcome.Tombstone());
      return Optional.empty();
    }
    Stage stage = Stage.DECODE;
    try {
      Request request = decoder.decode(row.rawRecord());
      stage = Stage.VALIDATE;
      if (request.deadline().filter(d -> d.toEpochMilli() < clock.millis()).isPresent()) {
        row.finish(new RowOutcome.Expired(request, row.clocks(0, 0, 0)));
        return Optional.empty();
      }
      long start = clock.nanos();
      PreparedText prepared = translator.prepare(request.text(), request.languages());
      long prepareNanos = clock.nanos() - start;
      if (!prepared.bypassed()) {
        return Optional.of(new Text(row, request, prepared, prepareNanos, clock.nanos()));
      }
      long waited = Math.max(0, start - row.admittedNanos());
      row.finish(
          new RowOutcome.Translated(
              request,
              translator.assemble(prepared, List.of()),
              row.clocks(waited, prepareNanos, 0)));
    } catch (UnavailableException e) {
      meters.add(SluiceMeter.RETRIES, 1);
      log(e);
      throw e;
    } catch (RuntimeException | StackOverflowError failure) {
      row.finish(Failures.rejected(failure, stage));
    }
    return Optional.empty();
  }

  private void log(UnavailableException cause) {
    long now = clock.nanos();
    if (!logged || now - loggedNanos > LOG_EVERY_NANOS) {
      logged = true;
      loggedNanos = now;
      LOG.warn("records wait, nothing is lost: {}", cause.getMessage());
    }
  }
}
