package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.Drain;
import io.sluice.pipeline.PendingStore;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SluiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --drain} after {@code run} was killed, in processes of their own. */
class ITDrain {
  private static final String ID = "drain-test";
  private static final String REQUESTS = "translation.requests.v1";
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long LEAST_PENDING = 50;
  private static final int SEEN_BEFORE_KILL = 30;
  private static final List<String> TOPICS =
      List.of(REQUESTS, "translation.results.v1", "translation.requests.v1.dlq");

  private static EmbeddedCluster cluster;
  private static Admin admin;

  private final Path folder = Path.of("target", "drain-test");
  private final List<SluiceProcess> children = new ArrayList<>();
  @TempDir private Path state;

  @BeforeAll
  static void start() throws Exception {
    cluster = EmbeddedCluster.start();
    admin = Admin.create(ResultLog.clients(cluster));
    admin
        .createTopics(TOPICS.stream().map(topic -> new NewTopic(topic, 3, (short) 1)).toList())
        .all()
        .get(30, TimeUnit.SECONDS);
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      admin.close();
      cluster.close();
    }
  }

  @Test
  void shouldFinishExactlyWhatIsPendingWhenItDrains() throws Exception {
    try (RequestFlow flow = new RequestFlow(cluster, REQUESTS);
        ResultLog results = new ResultLog(cluster, "translation.results.v1")) {
      flow.send(600);
      flow.finish();
      SluiceProcess first = child("first");
      await().atMost(PATIENCE).until(() -> results.size() >= SEEN_BEFORE_KILL);
      first.kill();
      // the killed one's transaction is aborted when its time is up
      long pending = steadyPending();
      assertThat(pending).isGreaterThanOrEqualTo(LEAST_PENDING);
      int before = results.size();
      Map<Integer, Long> committed = committed();
      flow.send(50);
      flow.finish();

      Path health = state.resolve("health");
      SluiceProcess drain = child("drain", "--drain", "--health-file=" + health);
      await().atMost(PATIENCE).until(() -> Files.exists(health) || !drain.isAlive());
      assertThat(health).isNotEmptyFile();
      assertThat(drain.await(PATIENCE)).as(drain.output()).isZero();
      assertThat(health).doesNotExist();
      assertThat(drain.output()).contains("finished " + pending + " records");
      assertThat(committed()).isEqualTo(committed);
      await().atMost(PATIENCE).until(() -> results.size() >= before + pending);
      assertThat(results.size()).isEqualTo(before + (int) pending).isLessThan(flow.sent());

      SluiceProcess again = child("again", "--drain");
      assertThat(again.await(PATIENCE)).isZero();
      assertThat(again.output()).contains("nothing is pending");

      SluiceProcess rest = child("rest");
      await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());
      assertThat(rest.terminate(Duration.ofSeconds(30))).isZero();
      flow.assertAllOnceInOrder(results);
    } finally {
      children.forEach(SluiceProcess::close);
    }
  }

  private long steadyPending() {
    Drain drain = new Drain(config(), records -> {});
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofSeconds(5))
        .atMost(PATIENCE)
        .until(
            () -> {
              long now = drain.look().pending();
              boolean steady = now == last[0];
              last[0] = now;
              return steady;
            });
    PendingStore store = drain.look();
    assertThat(store.fit()).isEqualTo(PendingStore.Fit.FITS);
    return store.pending();
  }

  private static ApplicationConfig config() {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId(ID)
        .build();
  }

  /** Committed offsets of the requests topic. */
  private static Map<Integer, Long> committed() throws Exception {
    Map<Integer, Long> offsets = new TreeMap<>();
    admin
        .listConsumerGroupOffsets(ID)
        .partitionsToOffsetAndMetadata()
        .get(30, TimeUnit.SECONDS)
        .forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
    return offsets;
  }

  private SluiceProcess child(String name, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--bootstrap-server=" + cluster.bootstrapServer(),
                "--schema-registry-url=" + cluster.schemaRegistryUrl(),
                "--application-id=" + ID,
                "--replication-factor=1",
                "--state-dir=" + state,
                "--workers=1",
                "--batch=8",
                "--session-timeout=2s",
                "--kafka-config=producer.transaction.timeout.ms=3000"));
    arguments.addAll(List.of(more));
    SluiceProcess child =
        SluiceProcess.start(folder.resolve(name + ".log"), List.of("-Xmx1g"), arguments);
    children.add(child);
    return child;
  }
}
