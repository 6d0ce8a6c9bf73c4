package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.sluice.codec.RegistryClients;
import io.sluice.codec.SchemaSetup;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SluiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backlog of records of 900 KB through {@code sluice run} with a heap of 512 MiB; the first
 * OutOfMemoryError would end the process.
 */
class ITMemory {
  private static final int ROW = 20;
  private static final int RECORDS = FaultReport.count(150, 1000);
  private static final int PROSE = FaultReport.count(0, 2);
  private static final int SIZE = 900_000;
  private static final int KEYS = 11;
  private static final int PARTITIONS = 6;
  private static final String REQUESTS = "translation.requests.v1";
  private static final String RESULTS = "translation.results.v1";
  private static final String DEAD_LETTERS = "translation.requests.v1.dlq";
  private static final Duration PATIENCE = Duration.ofMinutes(FaultReport.count(4, 20));
  private static final Duration ORDERLY_END = Duration.ofSeconds(30);

  private static EmbeddedCluster cluster;
  @TempDir private static Path state;

  @BeforeAll
  static void start() throws Exception {
    cluster = EmbeddedCluster.start();
    try (Admin admin = Admin.create(ResultLog.clients(cluster))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(REQUESTS, PARTITIONS, (short) 1),
                  new NewTopic(RESULTS, PARTITIONS, (short) 1),
                  new NewTopic(DEAD_LETTERS, PARTITIONS, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldGiveEachLargeRecordOneOutcomeWhenTheHeapIsSmall() throws Exception {
    sendAll();
    Path log = Path.of("target", "memory-test", "run.log");
    try (NumberedOutcomes outcomes = new NumberedOutcomes(cluster, RESULTS, DEAD_LETTERS);
        SluiceProcess process = startProcess(log)) {
      long started = System.nanoTime();
      await().atMost(PATIENCE).until(() -> outcomes.size() >= RECORDS || !process.isAlive());
      Duration time = Duration.ofNanos(System.nanoTime() - started);
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(10))
          .until(() -> outcomes.size() >= RECORDS || !process.isAlive());

      assertThat(process.isAlive()).as("still runs, log %s", log).isTrue();
      long peak = peakResidentMebibytes(process.pid());
      assertThat(process.terminate(ORDERLY_END)).isZero();
      assertThat(process.output()).doesNotContain("OutOfMemoryError");
      FlowCounts counts = outcomes.count(RECORDS);
      assertThat(counts).isEqualTo(new FlowCounts(RECORDS, RECORDS, 0, 0, 0));
      for (int number = 0; number < RECORDS; number++) {
        assertThat(outcomes.topic(number))
            .as("outcome of record %s", number)
            .isEqualTo(isBad(number) ? DEAD_LETTERS : RESULTS);
      }
      FaultReport.add(
          FaultRow.of(
              ROW,
              "little memory",
              String.format(
                  Locale.ROOT,
                  "`-Xmx512m`, a backlog of %d records of 900 KB in %d partitions: rubbish, digits,"
                      + " metadata, digits with sentences, %d of prose",
                  RECORDS,
                  PARTITIONS,
                  PROSE),
              counts,
              null,
              String.format(
                  Locale.ROOT,
                  "no OutOfMemoryError; peak resident memory %d MiB; %.0f s from start to the last"
                      + " outcome",
                  peak,
                  time.toMillis() / 1000.0)));
    }
  }

  private static boolean isBad(int number) {
    return number >= PROSE && LargeRecords.isBad(number);
  }

  private static void sendAll() throws Exception {
    int schemaId;
    try (SchemaRegistryClient registry =
        RegistryClients.create(cluster.schemaRegistryUrl(), Map.of())) {
      schemaId = new SchemaSetup(registry, true).ensure(REQUESTS, RESULTS).request();
    }
    LargeRecords records = new LargeRecords(schemaId, SIZE);
    Map<String, Object> settings = new HashMap<>(ResultLog.clients(cluster));
    settings.put("max.request.size", 2 << 20);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int number = 0; number < RECORDS; number++) {
        byte[] value = number < PROSE ? records.prose(number) : records.record(number);
        ProducerRecord<String, byte[]> record =
            new ProducerRecord<>(REQUESTS, "key-" + number % KEYS, value);
        record.headers().add(NumberedOutcomes.header(number));
        var unused = producer.send(record);
      }
      producer.flush();
    }
  }

  private static SluiceProcess startProcess(Path log) {
    return SluiceProcess.start(
        log,
        List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
        List.of(
            "run",
            "--bootstrap-server=" + cluster.bootstrapServer(),
            "--schema-registry-url=" + cluster.schemaRegistryUrl(),
            "--application-id=memory-test",
            "--replication-factor=1",
            "--workers=2",
            "--state-dir=" + state));
  }

  /** The largest resident set that a process has had, as Linux counts it. */
  private static long peakResidentMebibytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
