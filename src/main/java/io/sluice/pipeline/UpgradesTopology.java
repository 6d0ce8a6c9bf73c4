package io.sluice.pipeline;

import io.sluice.dispatch.Dispatcher;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/** Degraded results that are owed a translation, kept until they are revised. */
final class UpgradesTopology implements Supplier<Topology> {
  /** Source node. */
  static final String UPGRADES = "upgrades";

  /** Processor node. */
  static final String REDO = "redo";

  /** Sink node. */
  static final String REVISIONS = "revisions";

  /** Store of upgrades that were taken and not yet sent. */
  static final String OWED = "owed";

  private final TopicNames topics;
  private final int maxRecordBytes;
  private final ProcessorSupplier<byte[], byte[], byte[], byte[]> redo;

  UpgradesTopology(
      TopicNames topics, int maxRecordBytes, Dispatcher dispatcher, RevisionWriter writer) {
    this(topics, maxRecordBytes, () -> new PendingTable(dispatcher, writer, OWED));
  }

  private UpgradesTopology(
      TopicNames topics,
      int maxRecordBytes,
      ProcessorSupplier<byte[], byte[], byte[], byte[]> redo) {
    this.topics = topics;
    this.maxRecordBytes = maxRecordBytes;
    this.redo = redo;
  }

  static String describe(TopicNames topics) {
    return new UpgradesTopology(topics, 1 << 20, TranslationTopology.Inert::new)
        .get()
        .describe()
        .toString();
  }

  @Override
  public Topology get() {
    Topology topology = TranslationTopology.kept(UPGRADES, topics.upgrades(), REDO, redo);
    topology.addStateStore(TranslationTopology.rows(OWED, maxRecordBytes), REDO);
    topology.addSink(
        REVISIONS, topics.revisions(), new ByteArraySerializer(), new ByteArraySerializer(), REDO);
    return topology;
  }
}
