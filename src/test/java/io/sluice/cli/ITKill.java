package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.Cluster;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.TestClusters;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code sluice run} with the bundled model in a process of its own, which is killed in mid-batch
 * again and again while requests flow in. {@code -Dkills=20} kills more often.
 */
class ITKill {
  private static final Logger LOG = LoggerFactory.getLogger(ITKill.class);
  private static final int KILLS = Integer.getInteger("kills", 5);
  private static final int BACKLOG = 150;
  private static final int PARTITIONS = 4;
  private static final String REQUESTS = "translation.requests.v1";
  private static final String RESULTS = "translation.results.v1";
  private static final String DEAD_LETTERS = "translation.requests.v1.dlq";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration ORDERLY_END = Duration.ofSeconds(30);
  private static final int KILLED = 128 + 9;
  private static final Pattern RESTORED = Pattern.compile("(\\d+) pending records restored");

  private static Cluster cluster;

  private final List<Process> children = new ArrayList<>();
  private final Path folder = Path.of("target", "kill-test");
  @TempDir private Path state;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestClusters.start();
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

  @AfterEach
  void leaveNoChild() throws InterruptedException {
    for (Process child : children) {
      child.destroyForcibly();
      assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(child.toHandle().isAlive()).isFalse();
    }
  }

  @Test
  void shouldGiveEachRequestOneResultWhenItIsKilledInMidBatch() throws Exception {
    Random random = new Random(20);
    try (RequestFlow flow = new RequestFlow(cluster, REQUESTS);
        ResultLog results = new ResultLog(cluster, RESULTS);
        ResultLog deadLetters = new ResultLog(cluster, DEAD_LETTERS)) {
      for (int kill = 1; kill <= KILLS; kill++) {
        Process child = startAndWork(flow, results, 1 + random.nextInt(24));
        assertThat(results.size()).as("results when it is killed").isLessThan(flow.sent());
        child.destroyForcibly();
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(KILLED);
        LOG.info("kill {}: {} of {} results seen", kill, results.size(), flow.sent());
      }
      endOrderly(startAndWork(flow, results, 1));

      Process last = startChild();
      await().atMost(PATIENCE.multipliedBy(2)).until(() -> results.size() >= flow.sent());
      endOrderly(last);

      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(5))
          .until(() -> results.size() == flow.sent());
      flow.assertAllOnceInOrder(results);
      assertThat(deadLetters.size()).isZero();
      // those that were killed left rows behind whose offsets were committed
      for (int afterKill = 2; afterKill <= KILLS + 1; afterKill++) {
        assertThat(restored(afterKill)).as("pending for child %s", afterKill).isPositive();
      }
      LOG.info("{} kills, {} requests, {} results", KILLS, flow.sent(), results.size());
    }
  }

  /** Starts a child and returns when it has worked off a part; requests flow in meanwhile. */
  private Process startAndWork(RequestFlow flow, ResultLog results, int more) throws IOException {
    int before = results.size();
    topUp(flow, before);
    Process child = startChild();
    await().atMost(PATIENCE).until(() -> results.size() > before);
    int first = results.size();
    topUp(flow, first);
    await().atMost(PATIENCE).until(() -> results.size() >= first + more);
    return child;
  }

  private static void topUp(RequestFlow flow, int done) {
    flow.send(Math.max(10, BACKLOG - (flow.sent() - done)));
    flow.finish();
  }

  private static void endOrderly(Process child) throws InterruptedException {
    long start = System.nanoTime();
    child.destroy();
    assertThat(child.waitFor(ORDERLY_END.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
    LOG.info("ended within {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  /** How many pending records a child found, by its log; children are counted from 1. */
  private int restored(int child) throws IOException {
    int sum = 0;
    Matcher lines = RESTORED.matcher(Files.readString(log(child), StandardCharsets.UTF_8));
    while (lines.find()) {
      sum += Integer.parseInt(lines.group(1));
    }
    LOG.info("child {} found {} pending records", child, sum);
    return sum;
  }

  private Path log(int child) {
    return folder.resolve("child-" + child + ".log");
  }

  private Process startChild() throws IOException {
    Files.createDirectories(folder);
    File log = log(children.size() + 1).toFile();
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "--bootstrap-server=" + cluster.bootstrapServer(),
                "--schema-registry-url=" + cluster.schemaRegistryUrl(),
                "--application-id=kill-test",
                "--replication-factor=1",
                "--state-dir=" + state,
                // few rows at once, so that a fast machine has work left when it is killed
                "--workers=2",
                "--batch=16",
                "--session-timeout=2s",
                "--kafka-config=producer.transaction.timeout.ms=3000")
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    children.add(child);
    child.getOutputStream().close();
    return child;
  }
}
