package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.dispatch.DispatchLimits;
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
import org.slf4j.LoggerFactory;

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

  private static ListAppender<ILoggingEvent> logOfPendingTable() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    ((Logger) LoggerFactory.getLogger(PendingTable.class)).addAppender(log);
    return log;
  }

  private PendingTable table() {
    PendingTable table =
        new PendingTable(fixture.dispatcher, fixture.writer, TranslationTopology.PENDING);
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
    assertThat(fixture.dispatcher.load().handed()).containsEntry(0, 301L);
    first.close();
    assertThat(fixture.dispatcher.openRecords()).isZero();
    assertThat(fixture.dispatcher.load().handed()).as("will be read again").isEmpty();

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

  @Test
  void shouldSayWhichRecordOvertakesWhichWhenTheEarlierOneTakesTooLong() {
    ListAppender<ILoggingEvent> log = logOfPendingTable();
    PendingTable table =
        new PendingTable(
            fixture.dispatcher, fixture.writer, TranslationTopology.PENDING, Duration.ofMillis(20));
    table.init(context);
    process(table, 1, "a");
    process(table, 2, "secret ".repeat(300_000));

    assertThat(context.forwarded())
        .extracting(forward -> forward.childName().orElseThrow())
        .containsExactly(TranslationTopology.DEAD_LETTERS);
    assertThat(log.list)
        .filteredOn(event -> event.getLevel() == Level.WARN)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "requests-0@2 is too large to keep and does not wait any longer: it overtakes"
                + " requests-0@1 of its key");
    table.close();
    ((Logger) LoggerFactory.getLogger(PendingTable.class)).detachAppender(log);
  }
}
