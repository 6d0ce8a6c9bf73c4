package io.sluice.pipeline;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.Outcome;
import io.sluice.domain.PreparedText;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Request;
import io.sluice.domain.Translation;
import io.sluice.engine.Translator;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import io.sluice.quality.Chrf;
import io.sluice.quality.LossBounds;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates a sample of the degraded results again at full quality, while there is nothing else to
 * do, and compares; what nine of ten texts stay within is refreshed from it. Texts are kept in
 * memory only: few, not for long, and not after the comparison. Thread-safe; one thread calls
 * {@link #step}.
 */
final class ShadowMeter {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowMeter.class);
  private static final int AT_ONCE = 32;

  /** Longer texts would hold up fresh work. */
  private static final int LONGEST_SEGMENTS = 8;

  private static final long KEEP_NANOS = Duration.ofMinutes(10).toNanos();

  private record Candidate(Request request, Translation translation, long nanos) {}

  private final Translator translator;
  private final ShadowSampling sampling;
  private final BooleanSupplier idle;
  private final LongSupplier nanos;
  private final Meters meters;
  private final Consumer<ShadowMeasurement> listener;
  private final LossBounds bounds;
  private final Deque<Candidate> waiting = new ArrayDeque<>();

  ShadowMeter(
      Translator translator,
      ShadowSampling sampling,
      BooleanSupplier idle,
      LongSupplier nanos,
      Meters meters,
      Consumer<ShadowMeasurement> listener) {
    this.translator = translator;
    this.sampling = sampling;
    this.idle = idle;
    this.nanos = nanos;
    this.meters = meters;
    this.listener = listener;
    this.bounds = new LossBounds(translator.expectedLoss());
  }

  /** A result was sent. */
  void sent(Request request, Translation translation) {
    if (translation.outcome() == Outcome.TRANSLATED
        && translation.routing().degraded()
        && sampling.takes(request.id())) {
      synchronized (waiting) {
        if (waiting.size() == AT_ONCE) {
          waiting.remove();
        }
        waiting.add(new Candidate(request, translation, nanos.getAsLong()));
      }
    }
  }

  /** Compares one result if there is nothing else to do; true if it did. */
  boolean step() {
    Optional<Candidate> next = next();
    if (next.isEmpty()) {
      return false;
    }
    Candidate candidate = next.get();
    try {
      PreparedText prepared =
          translator.prepare(candidate.request().text(), candidate.request().languages());
      if (prepared.bypassed() || prepared.segments().size() > LONGEST_SEGMENTS) {
        return false;
      }
      Translation full =
          translator.assemble(
              prepared, translator.translate(prepared.segments(), ExpertBudget.all()));
      double agreement = Chrf.sentence(candidate.translation().text(), List.of(full.text())) / 100;
      ShadowMeasurement measurement =
          new ShadowMeasurement(candidate.translation().routing(), agreement);
      meters.record(SluiceMeter.SHADOW_AGREEMENT, agreement, measurement.experts());
      refresh(measurement);
      listener.accept(measurement);
      return true;
    } catch (RejectedException e) {
      LOG.debug("a shadow translation was rejected", e);
      return false;
    }
  }

  private void refresh(ShadowMeasurement measurement) {
    bounds.observe(measurement.routing(), Math.max(0, 1 - measurement.agreement()));
    bounds
        .bound(measurement.routing())
        .ifPresent(
            bound -> meters.gauge(SluiceMeter.LOSS_BOUND, () -> bound, measurement.experts()));
  }

  private Optional<Candidate> next() {
    synchronized (waiting) {
      long now = nanos.getAsLong();
      waiting.removeIf(each -> now - each.nanos() > KEEP_NANOS);
      return !waiting.isEmpty() && idle.getAsBoolean()
          ? Optional.of(waiting.remove())
          : Optional.empty();
    }
  }
}
