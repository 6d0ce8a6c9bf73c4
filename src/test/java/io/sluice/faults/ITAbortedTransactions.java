package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.LagReader;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.RecordFlow;
import io.sluice.testing.Requests;
import io.sluice.testing.ScriptedTranslator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer upstream writes in transactions and aborts half of them. */
class ITAbortedTransactions {
  private static final int TRANSACTIONS = FaultReport.count(40, 200);
  private static final int RECORDS = 25;
  private static final int KEYS = 9;
  private static final int PARTITIONS = 4;

  private static EmbeddedCluster cluster;

  @TempDir private Path state;

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

  @Test
  void shouldSeeNothingOfAbortedTransactionsAndCatchUp() throws Exception {
    var config =
        Deployment.config(cluster, cluster.schemaRegistryUrl(), "upstream", state)
            .partitions(PARTITIONS)
            .build();
    try (Deployment deployment = Deployment.start(cluster, config, new ScriptedTranslator());
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServer()));
        LagReader lag = new LagReader(admin, config);
        RecordFlow flow = deployment.flow(Map.of("transactional.id", "upstream-1"))) {
      int schema = flow.requestSchema();
      for (int i = 1; i <= TRANSACTIONS; i++) {
        boolean commit = i % 2 == 1;
        flow.begin();
        for (int j = 0; j < RECORDS; j++) {
          send(flow, config.topics().requests(), schema, i * RECORDS + j, commit);
        }
        flow.finish();
        if (commit) {
          flow.commit();
        } else {
          flow.abort();
        }
      }
      deployment.awaitOutcomes(flow.sent());
      long start = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                deployment.outcomes();
                assertThat(lag.unread())
                    .hasSize(PARTITIONS)
                    .allSatisfy((partition, unread) -> assertThat(unread).isZero());
              });
      Duration toZero = Duration.ofNanos(System.nanoTime() - start);

      flow.begin();
      send(flow, config.topics().requests(), schema, 0, true);
      flow.finish();
      assertThat(total(lag)).as("an open transaction is no load yet").isZero();
      flow.commit();
      FlowCounts counts = deployment.assertAllOnceInOrder(flow);
      await().atMost(Duration.ofSeconds(30)).until(() -> total(lag) == 0);
      long behind = behind(admin, config);
      assertThat(deployment.deadLetters().seen()).isEmpty();
      FaultReport.add(
          FaultRow.of(
              14,
              "half of the upstream transactions aborted",
              ("%d transactions of %d records, every second one aborted, the last one too;"
                      + " one of %d partitions got aborted ones only")
                  .formatted(TRANSACTIONS, RECORDS, PARTITIONS),
              counts,
              toZero,
              ("no outcome of an aborted record; lag 0 in every partition (recovery: from the last"
                      + " outcome until then), although the committed position stays %d offsets"
                      + " behind in the partition from which nothing could be read")
                  .formatted(behind)));
    }
  }

  /** The last partition gets records of aborted transactions only. */
  private static void send(
      RecordFlow flow, String topic, int schema, int number, boolean committed) {
    int key = number % KEYS;
    int partition = committed ? key % (PARTITIONS - 1) : key % PARTITIONS;
    byte[] value = Requests.framed(schema, Requests.english("id-" + number, "some words"));
    flow.send(new ProducerRecord<>(topic, partition, "key-" + key, value));
  }

  /** Offsets between committed position and end in the partition with aborted records only. */
  private static long behind(Admin admin, ApplicationConfig config) throws Exception {
    TopicPartition last = new TopicPartition(config.topics().requests(), PARTITIONS - 1);
    var committed =
        admin
            .listConsumerGroupOffsets(config.applicationId())
            .partitionsToOffsetAndMetadata()
            .get();
    long end =
        admin.listOffsets(Map.of(last, OffsetSpec.latest())).partitionResult(last).get().offset();
    return end - (committed.get(last) == null ? 0 : committed.get(last).offset());
  }

  private static long total(LagReader lag) {
    return lag.unread().values().stream().mapToLong(Long::longValue).sum();
  }
}
