package io.sluice.pipeline;

import io.sluice.dispatch.Dispatcher;
import io.sluice.metrics.Meters;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Requests, kept until they are finished; results and dead letters. */
public final class TranslationTopology implements Supplier<Topology> {
  /** Source node. */
  public static final String REQUESTS = "requests";

  /** Processor node. */
  public static final String KEEP = "keep";

  /** Sink node of results. */
  public static final String RESULTS = "results";

  /** Sink node of dead letters. */
  public static final String DEAD_LETTERS = "dead-letters";

  /** Store of rows that were kept and are not yet sent. */
  public static final String PENDING = "pending";

  private final TopicNames topics;
  private final int maxRecordBytes;
  private final ProcessorSupplier<byte[], byte[], byte[], byte[]> keep;

  /** The topology of an application. */
  public TranslationTopology(
      TopicNames topics,
      int maxRecordBytes,
      Dispatcher dispatcher,
      OutcomeWriter writer,
      Meters meters) {
    this(topics, maxRecordBytes, () -> new PendingTable(dispatcher, writer, meters));
  }

  private TranslationTopology(
      TopicNames topics,
      int maxRecordBytes,
      ProcessorSupplier<byte[], byte[], byte[], byte[]> keep) {
    this.topics = topics;
    this.maxRecordBytes = maxRecordBytes;
    this.keep = keep;
  }

  /** The description of the topology, as {@code ./sluice topology} prints it. */
  public static String describe(TopicNames topics) {
    return new TranslationTopology(topics, 1 << 20, Inert::new).get().describe().toString();
  }

  @Override
  public Topology get() {
    Topology topology = new Topology();
    topology.addSource(
        AutoOffsetReset.earliest(),
        REQUESTS,
        new ArrivalTimestamp(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topics.requests());
    topology.addProcessor(KEEP, keep, REQUESTS);
    topology.addStateStore(pendingStore(), KEEP);
    topology.addSink(
        RESULTS, topics.results(), new ByteArraySerializer(), new ByteArraySerializer(), KEEP);
    topology.addSink(
        DEAD_LETTERS,
        topics.deadLetters(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        KEEP);
    return topology;
  }

  private StoreBuilder<KeyValueStore<Bytes, byte[]>> pendingStore() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(PENDING), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(
                "segment.bytes", "16777216",
                "segment.ms", "600000",
                "min.cleanable.dirty.ratio", "0.1",
                "delete.retention.ms", "60000",
                "max.message.bytes", Integer.toString(maxRecordBytes)));
  }

  /** Stands for the processor where only the shape matters. */
  private static final class Inert implements Processor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> source) {
      throw new UnsupportedOperationException("a description does not process");
    }
  }
}
