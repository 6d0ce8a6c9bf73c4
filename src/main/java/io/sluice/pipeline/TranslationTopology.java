package io.sluice.pipeline;

import io.sluice.dispatch.Dispatcher;
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

  /** Sink node of degraded results that are owed a translation at full quality. */
  public static final String UPGRADES = "upgrades";

  /** Store of rows that were kept and are not yet sent. */
  public static final String PENDING = "pending";

  private final TopicNames topics;
  private final int maxRecordBytes;
  private final boolean upgrades;
  private final ProcessorSupplier<byte[], byte[], byte[], byte[]> keep;

  /**
   * The topology of an application.
   *
   * @param upgrades true: the writer may send to the upgrades topic
   */
  public TranslationTopology(
      TopicNames topics,
      int maxRecordBytes,
      boolean upgrades,
      Dispatcher dispatcher,
      OutcomeWriter writer) {
    this(topics, maxRecordBytes, upgrades, () -> new PendingTable(dispatcher, writer, PENDING));
  }

  private TranslationTopology(
      TopicNames topics,
      int maxRecordBytes,
      boolean upgrades,
      ProcessorSupplier<byte[], byte[], byte[], byte[]> keep) {
    this.topics = topics;
    this.maxRecordBytes = maxRecordBytes;
    this.upgrades = upgrades;
    this.keep = keep;
  }

  /**
   * The description of the topology and of the second application's, which pays back quality, as
   * {@code ./sluice topology} prints it.
   */
  public static String describe(TopicNames topics) {
    String first =
        new TranslationTopology(topics, 1 << 20, true, Inert::new).get().describe().toString();
    return first
        + "\nOf the second application, <application id>-upgrades:\n"
        + UpgradesTopology.describe(topics);
  }

  @Override
  public Topology get() {
    Topology topology = kept(REQUESTS, topics.requests(), KEEP, keep);
    topology.addStateStore(rows(PENDING, maxRecordBytes), KEEP);
    topology.addSink(
        RESULTS, topics.results(), new ByteArraySerializer(), new ByteArraySerializer(), KEEP);
    topology.addSink(
        DEAD_LETTERS,
        topics.deadLetters(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        KEEP);
    if (upgrades) {
      topology.addSink(
          UPGRADES, topics.upgrades(), new ByteArraySerializer(), new ByteArraySerializer(), KEEP);
    }
    return topology;
  }

  /** A topic and the processor that keeps its records. */
  static Topology kept(
      String source,
      String topic,
      String processor,
      ProcessorSupplier<byte[], byte[], byte[], byte[]> supplier) {
    Topology topology = new Topology();
    topology.addSource(
        AutoOffsetReset.earliest(),
        source,
        new ArrivalTimestamp(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topic);
    topology.addProcessor(processor, supplier, source);
    return topology;
  }

  /** A store of rows that were taken and not yet sent. */
  static StoreBuilder<KeyValueStore<Bytes, byte[]>> rows(String name, int maxRecordBytes) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
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
  static final class Inert implements Processor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> source) {
      throw new UnsupportedOperationException("a description does not process");
    }
  }
}
