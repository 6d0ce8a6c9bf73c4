package io.sluice.pipeline;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.sluice.avro.TranslationResult;
import io.sluice.batching.BatchLimits;
import io.sluice.codec.RequestDecoder;
import io.sluice.codec.ResultEncoder;
import io.sluice.codec.SchemaSetup;
import io.sluice.codec.SchemaSource;
import io.sluice.dispatch.DispatchClock;
import io.sluice.dispatch.DispatchLimits;
import io.sluice.dispatch.Dispatcher;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.PreparedText;
import io.sluice.metrics.Meters;
import io.sluice.testing.AnsweringRegistry;
import io.sluice.testing.ScriptedTranslator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;

/** Everything around a topology, with a scripted translator and a registry in memory. */
final class TopologyFixture {
  final MockSchemaRegistryClient registry = new AnsweringRegistry();
  final SchemaSetup.SchemaIds ids = new SchemaSetup(registry, true).ensure("requests", "results");
  final ScriptedTranslator translator = new ScriptedTranslator();
  final Dispatcher dispatcher;
  final OutcomeWriter writer;

  TopologyFixture(RecordLimits limits, DispatchLimits dispatchLimits) {
    this(limits, dispatchLimits, ExpertBudget.all());
  }

  TopologyFixture(RecordLimits limits, DispatchLimits dispatchLimits, ExpertBudget budget) {
    RequestDecoder decoder =
        new RequestDecoder(
            new SchemaSource(registry, Duration.ZERO, System::nanoTime, Runnable::run), 1 << 20);
    dispatcher =
        new Dispatcher(
            dispatchLimits,
            BatchLimits.DEFAULT,
            1,
            row -> decoder.decode(row.value()),
            translator,
            share -> budget,
            DispatchClock.SYSTEM,
            Meters.NOOP,
            failure -> {
              throw new AssertionError(failure);
            });
    writer =
        new OutcomeWriter(
            new ResultEncoder(ids.result()),
            translator.assemble(PreparedText.bypass(""), List.of()),
            limits,
            DispatchClock.SYSTEM,
            Meters.NOOP);
  }

  /** Reads a result, framing and all. */
  TranslationResult result(byte[] value) {
    try {
      return new SpecificDatumReader<TranslationResult>(TranslationResult.getClassSchema())
          .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
