package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SluiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/**
 * Start-up time and memory of {@code sluice run} by number of workers. Linux only; not part of the
 * build: {@code mvn verify -Dit.test=Sizing}. Writes {@code target/sizing.md}.
 */
class Sizing {
  private static final int REQUESTS = Integer.getInteger("requests", 2000);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Path TABLE = Path.of("target", "sizing.md");

  @Test
  void shouldWorkWithinItsMemoryWhateverTheNumberOfWorkers() throws Exception {
    StringBuilder table = new StringBuilder();
    table.append(
        "| workers | start, s | resident at rest, MiB | peak, MiB | records |\n|--:|--:|--:|--:|--:|\n");
    try (EmbeddedCluster cluster = EmbeddedCluster.start()) {
      for (int workers : List.of(1, 2)) {
        table.append(measure(cluster, workers));
      }
    }
    Files.writeString(TABLE, table);
  }

  private static String measure(EmbeddedCluster cluster, int workers) throws Exception {
    String id = "sizing-" + workers;
    try (Admin admin = Admin.create(ResultLog.clients(cluster))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(id, 6, (short) 1),
                  new NewTopic(id + ".out", 6, (short) 1),
                  new NewTopic(id + ".dlq", 6, (short) 1)))
          .all()
          .get();
    }
    long started = System.nanoTime();
    try (SluiceProcess process = start(cluster, id, workers);
        RequestFlow flow = new RequestFlow(cluster, id);
        ResultLog results = new ResultLog(cluster, id + ".out")) {
      await().atMost(PATIENCE).until(() -> process.output().contains("state RUNNING"));
      long startSeconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();
      long atRest = mebibytes(process.pid(), "VmRSS");
      flow.send(REQUESTS);
      flow.finish();
      await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());
      long peak = mebibytes(process.pid(), "VmHWM");
      assertThat(process.terminate(Duration.ofSeconds(40))).isZero();
      return "| %d | %d | %d | %d | %d |%n"
          .formatted(workers, startSeconds, atRest, peak, flow.sent());
    }
  }

  private static SluiceProcess start(EmbeddedCluster cluster, String id, int workers) {
    return SluiceProcess.start(
        Path.of("target", id + ".log"),
        List.of("-Xms64m", "-Xmx1g"),
        List.of(
            "run",
            "--bootstrap-server=" + cluster.bootstrapServer(),
            "--schema-registry-url=" + cluster.schemaRegistryUrl(),
            "--application-id=" + id,
            "--requests-topic=" + id,
            "--results-topic=" + id + ".out",
            "--dlq-topic=" + id + ".dlq",
            "--replication-factor=1",
            "--workers=" + workers,
            "--state-dir=target/sizing-state"));
  }

  private static long mebibytes(long pid, String field) throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
            .filter(each -> each.startsWith(field + ":"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
  }
}
