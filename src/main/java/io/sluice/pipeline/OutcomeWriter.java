package io.sluice.pipeline;

import io.sluice.codec.DeadLetterHeaders;
import io.sluice.codec.ResultEncoder;
import io.sluice.codec.ResultHeaders;
import io.sluice.dispatch.DispatchClock;
import io.sluice.dispatch.RowOutcome;
import io.sluice.domain.Latency;
import io.sluice.domain.Outcome;
import io.sluice.domain.RawHeader;
import io.sluice.domain.RawRecord;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Request;
import io.sluice.domain.Stage;
import io.sluice.domain.Translation;
import io.sluice.metrics.Meters;
import io.sluice.metrics.RecentShare;
import io.sluice.metrics.SluiceMeter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outcomes to records: results, tombstones and dead letters; beside a degraded result what is owed
 * for it. Thread-safe, never blocks.
 */
public final class OutcomeWriter implements RowWriter {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeWriter.class);
  private static final double MILLIS_PER_SECOND = 1000;

  private final ResultEncoder encoder;
  private final Translation nothing;
  private final RecordLimits limits;
  private final DispatchClock clock;
  private final Meters meters;
  private final Optional<DebtWriter> debts;
  private final BiConsumer<Request, Translation> listener;
  private final RecentShare degraded;

  /** A writer that owes nothing. */
  public OutcomeWriter(
      ResultEncoder encoder,
      Translation nothing,
      RecordLimits limits,
      DispatchClock clock,
      Meters meters) {
    this(encoder, nothing, limits, clock, meters, Optional.empty(), (request, translation) -> {});
  }

  /**
   * A writer.
   *
   * @param debts writes down what is owed; empty: nothing is
   * @param listener told of every result that is sent, by stream threads; must not block
   * @param nothing annotations for a request whose deadline had passed
   */
  OutcomeWriter(
      ResultEncoder encoder,
      Translation nothing,
      RecordLimits limits,
      DispatchClock clock,
      Meters meters,
      Optional<DebtWriter> debts,
      BiConsumer<Request, Translation> listener) {
    this.encoder = encoder;
    this.nothing = nothing;
    this.limits = limits;
    this.clock = clock;
    this.meters = meters;
    this.debts = debts;
    this.listener = listener;
    this.degraded = new RecentShare(clock::nanos);
    meters.gauge(SluiceMeter.DEGRADED_RATIO, degraded::value);
  }

  @Override
  public void taken(boolean restored) {
    meters.add(SluiceMeter.CONSUMED, 1, restored ? "store" : "topic");
  }

  @Override
  public boolean canKeep(byte[] encodedRow) {
    return RecordSize.of(new byte[Long.BYTES], encodedRow, List.of()) <= limits.keepBytes();
  }

  @Override
  public List<Outgoing> tooLargeToKeep(RawRecord source) {
    return List.of(tooLarge(source, Stage.KEEP, "the record with its headers", limits.keepBytes()));
  }

  @Override
  public List<Outgoing> write(RawRecord source, RowOutcome outcome) {
    return outcome instanceof RowOutcome.Translated translated
        ? translated(source, translated)
        : List.of(other(source, outcome));
  }

  private List<Outgoing> translated(RawRecord source, RowOutcome.Translated translated) {
    Latency latency = translated.clocks().latency(clock.nanos());
    Request request = translated.request();
    Translation translation = translated.translation();
    Outgoing result =
        result(source, encoder.encode(request, translation, latency), latency, translation);
    if (!result.sink().equals(TranslationTopology.RESULTS)) {
      return List.of(result);
    }
    listener.accept(request, translation);
    return debts
        .flatMap(each -> each.owed(source, request, translation))
        .map(owed -> List.of(result, owed))
        .orElse(List.of(result));
  }

  private Outgoing other(RawRecord source, RowOutcome outcome) {
    if (outcome instanceof RowOutcome.Expired expired) {
      Latency latency = expired.clocks().latency(clock.nanos());
      byte[] value = encoder.encodeExpired(expired.request(), nothing, latency);
      return fitting(source, value, "expired");
    }
    if (outcome instanceof RowOutcome.Rejected rejected) {
      return deadLetter(source, rejected.rejection(), rejected.cause());
    }
    return fitting(source, null, "tombstone");
  }

  private Outgoing result(
      RawRecord source, byte[] value, Latency latency, Translation translation) {
    Outgoing outgoing =
        fitting(source, value, translation.outcome().name().toLowerCase(Locale.ROOT));
    if (outgoing.sink().equals(TranslationTopology.RESULTS)) {
      measure(SluiceMeter.QUEUE, latency.queueMillis());
      measure(SluiceMeter.BATCH_WAIT, latency.batchWaitMillis());
      measure(SluiceMeter.ENCODE, latency.encodeMillis());
      measure(SluiceMeter.DECODE, latency.decodeMillis());
      measure(SluiceMeter.END_TO_END, latency.totalMillis());
      measure(translation);
    }
    return outgoing;
  }

  private void measure(Translation translation) {
    boolean below = translation.routing().degraded();
    degraded.add(below);
    if (below) {
      meters.add(SluiceMeter.DEGRADED, 1);
    }
    if (translation.outcome() != Outcome.BYPASSED) {
      meters.record(SluiceMeter.QUALITY_SCORE, translation.quality().score());
      meters.record(SluiceMeter.EXPECTED_LOSS, translation.quality().expectedLoss());
    }
  }

  private void measure(SluiceMeter meter, double millis) {
    meters.record(meter, millis / MILLIS_PER_SECOND);
  }

  private Outgoing fitting(RawRecord source, byte[] value, String outcome) {
    List<RawHeader> headers = ResultHeaders.of(source, Instant.ofEpochMilli(clock.millis()));
    if (RecordSize.of(source.key(), value, headers) > limits.resultBytes()) {
      return tooLarge(source, Stage.SEND, "the result", limits.resultBytes());
    }
    meters.add(SluiceMeter.RECORDS, 1, outcome);
    return new Outgoing(
        TranslationTopology.RESULTS, KafkaRecords.outgoing(source, source.key(), value, headers));
  }

  private Outgoing tooLarge(RawRecord source, Stage stage, String what, int limit) {
    String message = "%s would exceed %d bytes".formatted(what, limit);
    return deadLetter(
        source,
        new Rejection(RejectionCode.RECORD_TOO_LARGE, stage, message, false),
        Optional.empty());
  }

  /** What of a dead letter is sent. */
  private record Letter(byte[] key, byte[] value, List<RawHeader> headers) {}

  /**
   * Fits into the topic whatever comes. What does not fit is left out, the least telling first: the
   * stack trace, the source's headers, its value, both, at last its key.
   */
  private Outgoing deadLetter(RawRecord source, Rejection rejection, Optional<Throwable> cause) {
    meters.add(SluiceMeter.FAILURES, 1, rejection.stage().name(), rejection.code().name());
    LOG.warn(
        "{} rejected: {} in stage {}: {}",
        source.position(),
        rejection.code(),
        rejection.stage(),
        rejection.message());
    List<RawHeader> added = DeadLetterHeaders.of(source.position(), rejection, cause);
    List<RawHeader> brief =
        added.stream().filter(h -> !h.key().equals(DeadLetterHeaders.STACK_TRACE)).toList();
    List<Letter> letters =
        List.of(
            new Letter(source.key(), source.value(), joined(source.headers(), added)),
            new Letter(source.key(), source.value(), joined(source.headers(), brief)),
            new Letter(source.key(), source.value(), brief),
            new Letter(source.key(), null, joined(source.headers(), brief)),
            new Letter(source.key(), null, brief));
    Letter letter =
        letters.stream()
            .filter(this::fitsDeadLetters)
            .findFirst()
            .orElseGet(() -> new Letter(null, null, brief));
    if (letters.indexOf(letter) > 1 || letter.key() != source.key()) {
      LOG.error(
          "{} does not fit into the dead-letter topic: parts of it are left out",
          source.position());
    }
    meters.add(SluiceMeter.RECORDS, 1, "rejected");
    return new Outgoing(
        TranslationTopology.DEAD_LETTERS,
        KafkaRecords.outgoing(source, letter.key(), letter.value(), letter.headers()));
  }

  private boolean fitsDeadLetters(Letter letter) {
    return RecordSize.of(letter.key(), letter.value(), letter.headers())
        <= limits.deadLetterBytes();
  }

  private static List<RawHeader> joined(List<RawHeader> first, List<RawHeader> second) {
    List<RawHeader> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
