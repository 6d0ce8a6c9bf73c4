package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedRegistry;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SluiceProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One flow against each broker below {@code target/matrix/brokers} with the registry of the build,
 * and against each registry below {@code target/matrix/registries} with the newest of those
 * brokers: {@code sluice run --create-topics}, requests, SIGKILL with records pending, {@code
 * sluice run} again, more requests, SIGTERM. Writes {@code target/matrix/table.md}.
 */
class VersionMatrix {
  private static final Path MATRIX = Path.of("target", "matrix");
  private static final Path TABLE = MATRIX.resolve("table.md");
  private static final String REQUESTS = "translation.requests.v1";
  private static final String RESULTS = "translation.results.v1";
  private static final int SEEN_BEFORE_KILL = 30;
  private static final Pattern RESTORED = Pattern.compile("(\\d+) pending records restored");
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TestFactory
  Stream<DynamicTest> shouldGiveEachRequestOneResultWhenBrokerOrRegistryIsOfAnotherVersion()
      throws IOException {
    List<Path> brokers = folders("brokers");
    assertThat(brokers).isNotEmpty();
    Files.writeString(
        TABLE,
        "| broker | mode | registry | requests | pending at the kill | results | twice | out of order |\n"
            + "|---|---|---|--:|--:|--:|--:|--:|\n");
    List<DynamicTest> tests = new ArrayList<>();
    for (Path broker : brokers) {
      tests.add(
          DynamicTest.dynamicTest(
              "broker " + broker.getFileName(),
              () -> check(broker, "of the build", EmbeddedRegistry.start())));
    }
    Path newest = brokers.get(brokers.size() - 1);
    for (Path registry : folders("registries")) {
      tests.add(
          DynamicTest.dynamicTest(
              "registry " + registry.getFileName(),
              () ->
                  check(
                      newest,
                      "Apicurio " + registry.getFileName(),
                      EmbeddedRegistry.start(runner(registry)))));
    }
    return tests.stream();
  }

  private static void check(Path broker, String registryName, EmbeddedRegistry registry)
      throws Exception {
    Path work = MATRIX.resolve("work").resolve(broker.getFileName() + "-" + registry.processId());
    try (registry;
        ForeignBroker server = ForeignBroker.start(broker, work)) {
      Map<String, Object> clients =
          Map.of(
              "bootstrap.servers", server.bootstrapServer(),
              "schema.registry.url", registry.url());
      awaitBroker(server);
      String counts = flow(clients, work);
      Files.writeString(
          TABLE,
          "| %s | %s | %s | %s |%n"
              .formatted(
                  broker.getFileName(),
                  ForeignBroker.inKraftMode(broker) ? "KRaft" : "ZooKeeper",
                  registryName,
                  counts),
          StandardOpenOption.APPEND);
    }
  }

  /** Sends, kills in mid-batch, goes on; returns the columns of counts. */
  private static String flow(Map<String, Object> clients, Path work) {
    try (SluiceProcess first = run(clients, work, "first")) {
      await()
          .atMost(PATIENCE)
          .until(() -> !first.isAlive() || first.output().contains("state RUNNING"));
      assertThat(first.isAlive()).as(first.output()).isTrue();
      try (RequestFlow flow = new RequestFlow(clients, REQUESTS);
          ResultLog results = new ResultLog(clients, RESULTS)) {
        flow.send(600);
        flow.finish();
        await().atMost(PATIENCE).until(() -> results.size() >= SEEN_BEFORE_KILL);
        first.kill();
        assertThat(results.size()).isLessThan(flow.sent());
        flow.send(50);
        flow.finish();
        long pending;
        try (SluiceProcess second = run(clients, work, "second")) {
          await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());
          pending = restored(second.output());
          assertThat(pending).isPositive();
          assertThat(second.terminate(Duration.ofSeconds(40))).isZero();
        }
        flow.assertAllOnceInOrder(results);
        return "%d | %d | %d | 0 | 0".formatted(flow.sent(), pending, results.size());
      }
    }
  }

  private static long restored(String output) {
    return RESTORED.matcher(output).results().mapToLong(one -> Long.parseLong(one.group(1))).sum();
  }

  private static SluiceProcess run(Map<String, Object> clients, Path work, String name) {
    return SluiceProcess.start(
        work.resolve(name + ".log"),
        List.of("-Xmx1g"),
        List.of(
            "run",
            "--bootstrap-server=" + clients.get("bootstrap.servers"),
            "--schema-registry-url=" + clients.get("schema.registry.url"),
            "--create-topics",
            "--partitions=3",
            "--replication-factor=1",
            "--workers=1",
            "--batch=8",
            "--session-timeout=2s",
            "--kafka-config=producer.transaction.timeout.ms=3000",
            "--state-dir=" + work.resolve("state")));
  }

  private static void awaitBroker(ForeignBroker server) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServer()))) {
      await()
          .ignoreExceptions()
          .atMost(PATIENCE)
          .until(() -> server.isAlive() && !admin.describeCluster().nodes().get().isEmpty());
    }
  }

  private static Path runner(Path registry) throws IOException {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(registry, "*{-runner,quarkus-run}.jar")) {
      return jars.iterator().next();
    }
  }

  private static List<Path> folders(String kind) throws IOException {
    Path folder = MATRIX.resolve(kind);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> versions = Files.list(folder)) {
      return versions.sorted(java.util.Comparator.comparing(VersionMatrix::order)).toList();
    }
  }

  /** {@code 3.10.1} after {@code 3.9.2}. */
  private static String order(Path folder) {
    StringBuilder key = new StringBuilder();
    for (String part : folder.getFileName().toString().split("\\.")) {
      key.append("%8s".formatted(part));
    }
    return key.toString();
  }
}
