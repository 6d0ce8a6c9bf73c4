package io.sluice.codec;

import io.sluice.avro.TranslationResult;
import io.sluice.domain.Latency;
import io.sluice.domain.ModelIdentity;
import io.sluice.domain.Outcome;
import io.sluice.domain.Quality;
import io.sluice.domain.Request;
import io.sluice.domain.Routing;
import io.sluice.domain.Translation;
import java.util.Set;

/** A translation with its annotations to bytes in registry framing. Thread-safe, never blocks. */
public final class ResultEncoder {
  private final FramedWriter<TranslationResult> writer;

  /**
   * An encoder.
   *
   * @param schemaId the registry's id of the TranslationResult schema
   */
  public ResultEncoder(int schemaId) {
    this.writer = new FramedWriter<>(schemaId, TranslationResult.getClassSchema());
  }

  /** The first answer to a request. */
  public byte[] encode(Request request, Translation translation, Latency latency) {
    return encode(request, translation, latency, 1);
  }

  /**
   * An answer to a request.
   *
   * @param revision 1 for the first answer, 2 and more for later ones
   */
  public byte[] encode(Request request, Translation translation, Latency latency, int revision) {
    Quality quality = translation.quality();
    Routing routing = translation.routing();
    ModelIdentity model = translation.model();
    return writer.write(
        new TranslationResult(
            request.id(),
            request.languages().source(),
            request.languages().target(),
            translation.text(),
            io.sluice.avro.Outcome.valueOf(translation.outcome().name()),
            routing.degraded(),
            revision,
            new io.sluice.avro.Quality(
                quality.score(),
                quality.meanTokenLogProbability(),
                quality.minimumTokenLogProbability(),
                quality.tokenLogProbabilityStdDev(),
                quality.topTwoMargin(),
                quality.lengthRatio(),
                quality.expectedLoss(),
                quality.method()),
            new io.sluice.avro.Latency(
                latency.queueMillis(),
                latency.batchWaitMillis(),
                latency.encodeMillis(),
                latency.decodeMillis(),
                latency.totalMillis()),
            new io.sluice.avro.Routing(
                io.sluice.avro.RoutingMode.valueOf(routing.mode().name()),
                routing.expertsPerLayer(),
                routing.expertsTotal(),
                routing.encoderExpertsPerLayer(),
                routing.encoderExpertsTotal(),
                io.sluice.avro.BudgetCause.valueOf(routing.cause().name()),
                routing.backlogMillis()),
            new io.sluice.avro.Decoding(
                translation.decoding().beamSize(),
                translation.decoding().shortlist(),
                translation.decoding().precision(),
                translation.decoding().device()),
            new io.sluice.avro.ModelIdentity(model.name(), model.version(), model.digest()),
            translation.flags().stream()
                .sorted()
                .map(flag -> io.sluice.avro.Flag.valueOf(flag.name()))
                .toList(),
            request.metadata()));
  }

  /**
   * The answer to a request whose deadline had passed.
   *
   * @param nothing annotations of a text that was not translated
   */
  public byte[] encodeExpired(Request request, Translation nothing, Latency latency) {
    Translation expired =
        new Translation(
            "",
            Outcome.EXPIRED,
            Quality.NONE,
            nothing.routing(),
            nothing.decoding(),
            nothing.model(),
            Set.of());
    return encode(request, expired, latency);
  }
}
