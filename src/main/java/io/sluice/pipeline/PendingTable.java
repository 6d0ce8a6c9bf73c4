package io.sluice.pipeline;

import io.sluice.dispatch.Dispatcher;
import io.sluice.dispatch.PendingRow;
import io.sluice.dispatch.RowOutcome;
import io.sluice.dispatch.TaskOutbox;
import io.sluice.domain.RawRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one task has open. Keeps each raw record in the changelogged store and hands it to the
 * dispatcher; sends finished rows and deletes them from the store, so that output, delete and
 * offsets are one transaction. Rows of one key leave in the order in which they came. Used by its
 * stream thread only; the dispatcher reaches it through the outbox.
 */
final class PendingTable implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(PendingTable.class);
  private static final Duration SEND_EVERY = Duration.ofMillis(5);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A stream thread must come round well within the transaction timeout. */
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Half of the transaction timeout, for the rare record that must wait for its key's turn. */
  private static final Duration MAX_WAIT_IN_LINE = Duration.ofSeconds(5);

  private final Dispatcher dispatcher;
  private final RowWriter writer;
  private final String storeName;
  private final Duration waitInLine;
  private final TaskOutbox outbox = new TaskOutbox();
  private final Map<ByteBuffer, Deque<PendingRow>> byKey = new HashMap<>();
  private final Set<PendingRow> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<Bytes, byte[]> store;
  private long roundNanos;

  PendingTable(Dispatcher dispatcher, RowWriter writer, String storeName) {
    this(dispatcher, writer, storeName, MAX_WAIT_IN_LINE);
  }

  /** With the time for which a record that is too large to keep waits for its key's turn. */
  PendingTable(Dispatcher dispatcher, RowWriter writer, String storeName, Duration waitInLine) {
    this.dispatcher = dispatcher;
    this.writer = writer;
    this.storeName = storeName;
    this.waitInLine = waitInLine;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> taskContext) {
    context = taskContext;
    store = context.getStateStore(storeName);
    roundNanos = System.nanoTime();
    restore();
    context.schedule(SEND_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> round());
  }

  private void restore() {
    try (KeyValueIterator<Bytes, byte[]> rows = store.all()) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        writer.taken(true);
        admit(PendingRowCodec.decode(row.value));
      }
    }
    if (!open.isEmpty()) {
      LOG.info("task {}: {} pending records restored", context.taskId(), open.size());
    }
  }

  @Override
  public void process(Record<byte[], byte[]> source) {
    awaitRoom();
    RawRecord raw = KafkaRecords.raw(source, context.recordMetadata().orElseThrow());
    writer.taken(false);
    byte[] row = PendingRowCodec.encode(raw);
    if (!writer.canKeep(row)) {
      awaitEarlier(raw);
      forward(writer.tooLargeToKeep(raw));
      return;
    }
    store.put(PendingRowCodec.key(raw.position().offset()), row);
    admit(raw);
  }

  /**
   * Sends what gets finished while the dispatcher is full. Gives up waiting when this task has
   * nothing open (rows of other tasks fill the dispatcher, their turn comes when this returns) and
   * when the thread must come round. That lets in what was fetched already and no more, because
   * {@link RestingClients} fetches nothing while the dispatcher is full.
   */
  private void awaitRoom() {
    while (dispatcher.isFull()) {
      int sent = sendFinished();
      if (open.isEmpty() || System.nanoTime() - roundNanos > MAX_WAIT_NANOS) {
        return;
      }
      if (sent == 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /**
   * A record that is too large to keep cannot stand in line: it is sent at once, so the stream
   * waits for the earlier records of its key. Not longer than the thread may stay away.
   */
  private void awaitEarlier(RawRecord raw) {
    if (raw.key() == null) {
      return;
    }
    ByteBuffer wrapped = ByteBuffer.wrap(raw.key());
    long begin = System.nanoTime();
    while (byKey.containsKey(wrapped)) {
      if (System.nanoTime() - begin >= waitInLine.toNanos()) {
        LOG.warn(
            "{} is too large to keep and does not wait any longer: it overtakes {} of its key",
            raw.position(),
            byKey.get(wrapped).getFirst().rawRecord().position());
        return;
      }
      if (sendFinished() == 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void admit(RawRecord raw) {
    PendingRow row = new PendingRow(raw, outbox);
    open.add(row);
    if (raw.key() != null) {
      byKey.computeIfAbsent(ByteBuffer.wrap(raw.key()), key -> new ArrayDeque<>()).add(row);
    }
    dispatcher.submit(row);
  }

  private void round() {
    roundNanos = System.nanoTime();
    sendFinished();
  }

  private int sendFinished() {
    int sent = 0;
    for (Optional<PendingRow> next = outbox.poll(); next.isPresent(); next = outbox.poll()) {
      PendingRow row = next.get();
      byte[] key = row.rawRecord().key();
      sent += key == null ? send(row, row.outcome().orElseThrow()) : sendInOrder(key);
    }
    return sent;
  }

  private int sendInOrder(byte[] key) {
    ByteBuffer wrapped = ByteBuffer.wrap(key);
    Deque<PendingRow> rows = byKey.get(wrapped);
    int sent = 0;
    while (rows != null && !rows.isEmpty() && rows.element().outcome().isPresent()) {
      PendingRow row = rows.remove();
      sent += send(row, row.outcome().orElseThrow());
    }
    if (rows != null && rows.isEmpty()) {
      byKey.remove(wrapped);
    }
    return sent;
  }

  private int send(PendingRow row, RowOutcome outcome) {
    RawRecord raw = row.rawRecord();
    forward(writer.write(raw, outcome));
    store.delete(PendingRowCodec.key(raw.position().offset()));
    open.remove(row);
    dispatcher.release(row);
    return 1;
  }

  private void forward(List<Outgoing> outgoing) {
    outgoing.forEach(each -> context.forward(each.kafkaRecord(), each.sink()));
  }

  @Override
  public void close() {
    outbox.close();
    open.forEach(dispatcher::release);
    if (context != null) {
      dispatcher.leave(context.taskId().partition());
    }
    open.clear();
    byKey.clear();
  }
}
