package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dispatch.DispatchLimits;
import io.sluice.metrics.Meters;
import io.sluice.testing.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingTableTest {
  private final TopologyFixture fixture =
      new TopologyFixture(
          RecordLimits.of(1 << 20), new DispatchLimits(100, 1 << 20, Duration.ofSeconds(1)));
  private final KeyValueStore<Bytes, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(TranslationTopology.PENDING),
              Serdes.Bytes(),
              Serdes.ByteArray())
          .withLoggingDisabled()
          .withCachingDisabled()
          .build();
  private MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();

  @BeforeEach
  void openStore() {
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
  }

  private PendingTable table() {
    PendingTable table = new PendingTable(fixture.dispatcher, fixture.writer, Meters.NOOP);
    table.init(context);
    return table;
  }

  private void process(PendingTable table, long offset, String text) {
    context.setRecordMetadata("requests", 0, offset);
    table.process(
        new Record<>(
            "key".getBytes(StandardCharsets.UTF_8),
            Requests.framed(fixture.ids.request(), Requests.english("" + offset, text)),
            offset));
  }

  private List<String> sent() {
    return context.forwarded().stream()
        .map(forward -> fixture.result((byte[]) forward.record().value()).getId())
        .toList();
  }

  @Test
  void shouldHandRestoredRowsInAgainInOrder() {
    PendingTable first = table();
    process(first, 9, "a");
    process(first, 10, "b");
    process(first, 300, "c");
    first.close();
    assertThat(fixture.dispatcher.openRecords()).isZero();

    PendingTable second = table();
    assertThat(fixture.dispatcher.openRecords()).isEqualTo(3);
    fixture.dispatcher.runPending();
    context.scheduledPunctuators().get(1).getPunctuator().punctuate(0);

    assertThat(sent()).containsExactly("9", "10", "300");
    assertThat(store.approximateNumEntries()).isZero();
    assertThat(fixture.translator.batches()).as("closed rows are dropped").hasSize(1);
    second.close();
  }

  @Test
  void shouldSendNothingAfterClose() {
    PendingTable table = table();
    process(table, 1, "a");
    table.close();
    fixture.dispatcher.runPending();
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(0);

    assertThat(context.forwarded()).isEmpty();
    assertThat(store.approximateNumEntries()).isEqualTo(1);
  }

  @Test
  void shouldSendARecordThatIsTooLargeToKeepAfterTheEarlierOnesOfItsKey() throws Exception {
    PendingTable table = table();
    process(table, 1, "a");
    Thread worker = new Thread(fixture.dispatcher::runPending);
    worker.start();
    process(table, 2, "b".repeat(2 << 20));
    worker.join();

    assertThat(context.forwarded())
        .extracting(forward -> forward.childName().orElseThrow())
        .containsExactly(TranslationTopology.RESULTS, TranslationTopology.DEAD_LETTERS);
    assertThat(store.approximateNumEntries()).isZero();
    table.close();
  }
}
