package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.batching.BatchLimits;
import io.sluice.control.BudgetSource;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.metrics.Exposition;
import io.sluice.metrics.Sample;
import io.sluice.metrics.SluiceMeter;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TopicNames;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.testing.RecordFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import io.sluice.web.WebServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application shows over HTTP, compared with what lies on its topics. */
class ITMonitoring {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int TRANSLATED = 60;
  private static final int BYPASSED = 3;
  private static final int REJECTED = 4;
  private static final int TOMBSTONES = 2;
  private static final int PARTITIONS = 3;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Semaphore batches = new Semaphore(0);
  private final ScriptedTranslator translator = new ScriptedTranslator();
  private final Monitoring monitoring = Monitoring.on();
  @TempDir private Path state;
  private EmbeddedCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = EmbeddedCluster.start();
    WebServer web = monitoring.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    monitoring.shownAt(web);
    translator.script(batch -> batches.acquireUninterruptibly());
  }

  @AfterEach
  void close() {
    batches.release(Integer.MAX_VALUE / 4);
    monitoring.close();
    cluster.close();
  }

  @Test
  void shouldShowWhatTheTopicsHoldInMidStreamAndAtTheEnd() throws Exception {
    ApplicationConfig config = config();
    TopicNames topics = config.topics();
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").body()).contains("loading");
    assertThat(scrape().sum(SluiceMeter.READY)).hasValue(0);

    try (TranslationApplication application =
        new TranslationApplication(config, translator, BudgetSource.all(), monitoring.meters())) {
      monitoring.showHealthOf(application);
      application.start();
      await().atMost(PATIENCE).until(() -> get("/health/ready").statusCode() == 200);
      assertThat(scrape().sum(SluiceMeter.READY)).hasValue(1);

      try (ResultLog requests = new ResultLog(cluster, topics.requests());
          ResultLog results = new ResultLog(cluster, topics.results());
          ResultLog deadLetters = new ResultLog(cluster, topics.deadLetters());
          RecordFlow flow = new RecordFlow(cluster, topics.requests(), Map.of())) {
        int sent = send(flow);
        batches.release(3);
        awaitAllRead(requests, sent);
        await().atMost(PATIENCE).until(() -> results.size() > 0);
        // batches wait for the semaphore now, so nothing moves
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  int outcomes = results.size() + deadLetters.size();
                  Exposition read = scrape();
                  double pending = read.sum(SluiceMeter.PENDING).orElseThrow();
                  assertThat(pending).isPositive();
                  assertThat(outcomes + pending).isEqualTo(sent);
                  assertInvariant(read, sent);
                });

        batches.release(Integer.MAX_VALUE / 4);
        await().atMost(PATIENCE).until(() -> results.size() + deadLetters.size() >= sent);
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(scrape().sum(SluiceMeter.PENDING)).hasValue(0));
        assertEnd(scrape(), sent, results, deadLetters);
      }
    }
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  private int send(RecordFlow flow) {
    int schema = flow.requestSchema();
    for (int i = 0; i < TRANSLATED; i++) {
      flow.request("key-" + i % 7, schema, "sentence number " + i);
    }
    for (int i = 0; i < BYPASSED; i++) {
      flow.request("key-" + i, schema, " ");
    }
    for (int i = 0; i < REJECTED; i++) {
      flow.send("key-" + i, new byte[] {1, 2, 3});
    }
    for (int i = 0; i < TOMBSTONES; i++) {
      flow.send("key-" + i, null);
    }
    flow.finish();
    return flow.sent();
  }

  private void awaitAllRead(ResultLog requests, int sent) {
    await().atMost(PATIENCE).until(() -> requests.size() == sent);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Exposition read = scrape();
              assertThat(read.of(SluiceMeter.LAG)).hasSize(PARTITIONS);
              assertThat(read.sum(SluiceMeter.LAG)).hasValue(0);
              assertThat(read.sum(SluiceMeter.CONSUMED, "origin", "topic")).hasValue(sent);
            });
  }

  /** Consumed = results and dead letters + pending, as the meters show it. */
  private static void assertInvariant(Exposition read, int sent) {
    assertThat(read.sum(SluiceMeter.CONSUMED)).hasValue(sent);
    assertThat(
            read.sum(SluiceMeter.RECORDS).orElseThrow()
                + read.sum(SluiceMeter.PENDING).orElseThrow())
        .isEqualTo(sent);
  }

  private static void assertEnd(
      Exposition read, int sent, ResultLog results, ResultLog deadLetters) {
    assertInvariant(read, sent);
    assertThat(results.seen()).hasSize(TRANSLATED + BYPASSED + TOMBSTONES);
    assertThat(deadLetters.seen()).hasSize(REJECTED);
    assertThat(outcome(read, "translated")).isEqualTo(TRANSLATED);
    assertThat(outcome(read, "bypassed")).isEqualTo(BYPASSED);
    assertThat(outcome(read, "tombstone")).isEqualTo(TOMBSTONES);
    assertThat(outcome(read, "rejected")).isEqualTo(REJECTED);
    assertThat(read.sum(SluiceMeter.FAILURES, "code", "MALFORMED_RECORD")).hasValue(REJECTED);
    assertThat(read.histogram(SluiceMeter.END_TO_END).count()).isEqualTo(TRANSLATED + BYPASSED);
    assertThat(read.histogram(SluiceMeter.QUALITY_SCORE).count()).isEqualTo(TRANSLATED);
    assertThat(read.histogram(SluiceMeter.BATCH_SIZE).sum()).isEqualTo(TRANSLATED);
    assertThat(read.sum(SluiceMeter.DEGRADED_RATIO)).hasValue(0);
    assertThat(read.sum(SluiceMeter.EXPERTS_ACTIVE, "layer", "decoder.0")).hasValue(1);
    assertThat(read.sum(SluiceMeter.SENSOR_FAILURES)).hasValue(0);
    assertNothingElseIsShown(read);
  }

  private static double outcome(Exposition read, String name) {
    return read.sum(SluiceMeter.RECORDS, "outcome", name).orElseThrow();
  }

  /** Names and labels come from the enumeration: no identifier, key or text. */
  private static void assertNothingElseIsShown(Exposition read) {
    Set<String> names = new TreeSet<>();
    for (SluiceMeter meter : SluiceMeter.values()) {
      names.add(meter.exportedName());
      if (meter.kind() == SluiceMeter.Kind.HISTOGRAM) {
        for (String suffix : new String[] {"_bucket", "_sum", "_count", "_max"}) {
          names.add(meter.exportedName() + suffix);
        }
      }
    }
    assertThat(read.samples().stream().map(Sample::name).collect(Collectors.toSet()))
        .isSubsetOf(names);
    Set<String> labels =
        Arrays.stream(SluiceMeter.values())
            .flatMap(meter -> meter.labels().stream())
            .map(label -> label.name())
            .collect(Collectors.toSet());
    labels.add("le");
    assertThat(
            read.samples().stream()
                .flatMap(sample -> sample.labels().keySet().stream())
                .collect(Collectors.toSet()))
        .isSubsetOf(labels);
  }

  private ApplicationConfig config() {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("monitoring-test")
        .createTopics(true)
        .partitions(PARTITIONS)
        .replicationFactor(1)
        .workers(1)
        .batchLimits(new BatchLimits(8, 1024, Duration.ofMillis(20)))
        .schemaGrace(Duration.ofSeconds(2))
        .stateDir(state)
        .build();
  }

  private Exposition scrape() throws Exception {
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    return Exposition.parse(answer.body());
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create(monitoring.url().orElseThrow() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
