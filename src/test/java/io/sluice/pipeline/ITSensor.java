package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.batching.BatchLimits;
import io.sluice.control.BudgetSource;
import io.sluice.control.LoadMeter;
import io.sluice.control.LoadSample;
import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import io.sluice.dispatch.DispatchLimits;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.metrics.Meters;
import io.sluice.testing.RecordFlow;
import io.sluice.testing.ScriptedTranslator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the sensor sees behind a transactional producer, of a rebalance and of a broker away. */
class ITSensor {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int PARTITIONS = 4;

  private static EmbeddedCluster cluster;
  @TempDir private Path state;

  private final Semaphore batches = new Semaphore(0);
  private final ScriptedTranslator translator = new ScriptedTranslator();
  private final Samples samples = new Samples();

  /** The last sample of an instance. */
  private static final class Samples implements LoadListener {
    private final LoadMeter meter = new LoadMeter(Duration.ofMillis(500));
    private volatile LoadSample last = LoadSample.idle(0);
    private volatile int rebalances;

    @Override
    public void sampled(long nanos, List<PartitionLoad> owned, PendingLoad pending) {
      last = meter.sample(nanos, owned, pending);
    }

    @Override
    public void stale(long nanos) {
      last = meter.stale(nanos);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void rebalanced(long nanos) {
      rebalances++;
      meter.rebalanced(nanos);
    }
  }

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.start();
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private ApplicationConfig config(String instance) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("sensor")
        .topics(new TopicNames("sensor.requests", "sensor.results", "sensor.dlq"))
        .createTopics(true)
        .partitions(PARTITIONS)
        .replicationFactor(1)
        // of sixteen that are pending at most eight are in a batch
        .batchLimits(new BatchLimits(4, 256, Duration.ZERO))
        .workers(2)
        .dispatchLimits(new DispatchLimits(16, 1 << 20, Duration.ofMillis(100)))
        .stateDir(state.resolve(instance))
        .build();
  }

  private TranslationApplication application(String instance, LoadListener listener) {
    return new TranslationApplication(
        config(instance),
        translator,
        BudgetSource.all(),
        Meters.NOOP,
        List.of(listener),
        Optional.empty());
  }

  private static Set<Integer> owned(TranslationApplication application) {
    LoadReading reading = application.load().orElseThrow();
    return reading.owned().stream()
        .map(PartitionLoad::partition)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void send(RecordFlow flow, int schema, int records, boolean commit) {
    flow.begin();
    for (int i = 0; i < records; i++) {
      flow.request("key-" + i, schema, "some words");
    }
    flow.finish();
    if (commit) {
      flow.commit();
    } else {
      flow.abort();
    }
  }

  @Test
  void shouldSeeWhatWaitsAndNothingElse() {
    translator.script(batch -> batches.acquireUninterruptibly());
    try (TranslationApplication first = application("first", samples)) {
      first.start();
      await().atMost(PATIENCE).until(() -> owned(first).size() == PARTITIONS);
      try (RecordFlow flow =
          new RecordFlow(cluster, "sensor.requests", Map.of("transactional.id", "upstream"))) {
        int schema = flow.requestSchema();
        send(flow, schema, 60, true);
        send(flow, schema, 60, false);

        // sixteen are pending, the others are not read
        await()
            .atMost(PATIENCE)
            .until(() -> samples.last.runningRecords() > 0 && samples.last.waitingRecords() > 20);
        assertThat(first.load().orElseThrow().unread()).isGreaterThan(20);
        assertThat(samples.last.oldestAgeMillis()).isPositive();
        assertThat(samples.last.stale()).isFalse();
        batches.release(10_000);
        awaitNothing(first);

        brokerAway(first);
        rebalance(first);
        send(flow, schema, 20, false);
        awaitNothing(first);
        assertThat(first.exitStatus()).isZero();
      }
    } finally {
      batches.release(10_000);
    }
  }

  /** Behind the transactional producer, whose last transaction was aborted, it reaches 0. */
  private void awaitNothing(TranslationApplication application) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              LoadReading now = application.load().orElseThrow();
              return now.idle() && samples.last.lagRecords() == 0 && !samples.last.stale();
            });
  }

  private void brokerAway(TranslationApplication application) {
    cluster.kafka().stop();
    try {
      await().atMost(PATIENCE).until(() -> samples.last.stale());
      assertThat(application.load().orElseThrow().stale()).isTrue();
      assertThat(application.await(Duration.ZERO)).isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      cluster.kafka().startAgain();
    }
    await().atMost(PATIENCE).until(() -> !samples.last.stale());
  }

  /** Each of two instances sees its own partitions; the first look after that is frozen. */
  private void rebalance(TranslationApplication first) {
    int before = samples.rebalances;
    try (TranslationApplication second = application("second", new Samples())) {
      second.start();
      await().atMost(PATIENCE).until(() -> owned(first).size() == 2 && owned(second).size() == 2);
      Set<Integer> both = new TreeSet<>(owned(first));
      both.addAll(owned(second));
      assertThat(both).hasSize(PARTITIONS);
      assertThat(samples.rebalances).isGreaterThan(before);
    }
    await().atMost(PATIENCE).until(() -> owned(first).size() == PARTITIONS);
  }
}
