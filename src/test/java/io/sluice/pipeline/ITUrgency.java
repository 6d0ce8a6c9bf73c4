package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.avro.Outcome;
import io.sluice.avro.Priority;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import io.sluice.batching.BatchLimits;
import io.sluice.batching.Urgency;
import io.sluice.cli.RequestSender;
import io.sluice.control.BudgetSource;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.metrics.Exposition;
import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import io.sluice.testing.Requests;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Priorities and deadlines of records that wait, on a real broker. */
class ITUrgency {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int BULK = 120;
  private static final int URGENT = 8;
  private static final int LATE = 10;
  private static final int BATCH = 8;

  /** Between the batch looked at and that of the first urgent text, if that is a later one. */
  private static final int SLACK_MILLIS = 1000;

  private static final int ALL = BULK + URGENT + LATE;

  private final Semaphore batches = new Semaphore(0);
  private final ScriptedTranslator translator = new ScriptedTranslator();
  @TempDir private Path state;

  private ApplicationConfig config(EmbeddedCluster cluster) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("urgency")
        .createTopics(true)
        .partitions(3)
        .replicationFactor(1)
        .workers(1)
        .batchLimits(new BatchLimits(BATCH, 1024, Duration.ofMillis(20)))
        .stateDir(state)
        .build();
  }

  @Test
  void shouldTranslateTheUrgentFirstAndNothingThatIsTooLate() {
    translator.script(batch -> batches.acquireUninterruptibly());
    try (EmbeddedCluster cluster = EmbeddedCluster.start();
        PrometheusMeters prometheus = new PrometheusMeters();
        TranslationApplication application =
            new TranslationApplication(
                config(cluster), translator, BudgetSource.all(), prometheus.meters())) {
      application.start();
      try (ResultLog results = new ResultLog(cluster, "translation.results.v1")) {
        Instant deadline = Instant.now().plusSeconds(15);
        send(cluster, deadline);
        await().atMost(PATIENCE).until(() -> application.pendingRecords() == ALL);
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(deadline));
        batches.release(10_000);
        await().atMost(PATIENCE).until(() -> results.size() == ALL);

        assertUrgentFirst(results);
        assertOutcomes(results);
        Exposition read = Exposition.parse(prometheus.scrape());
        assertThat(read.sum(SluiceMeter.RECORDS, "outcome", "expired")).hasValue(LATE);
        assertThat(read.sum(SluiceMeter.CONSUMED)).hasValue(ALL);
        assertThat(read.sum(SluiceMeter.RECORDS)).hasValue(ALL);
      }
    } finally {
      batches.release(10_000);
    }
  }

  /** Numbers are ids; three keys. The last of each key have a deadline. */
  private static void send(EmbeddedCluster cluster, Instant deadline) {
    try (RequestSender sender =
        new RequestSender(ResultLog.clients(cluster), "translation.requests.v1")) {
      for (int i = 0; i < ALL; i++) {
        TranslationRequest request = Requests.english(Integer.toString(i), "text " + i);
        String key = "bulk-" + i % 3;
        request.setPriority(Priority.BULK);
        if (i >= BULK && i < BULK + URGENT) {
          request.setPriority(Priority.INTERACTIVE);
          key = "urgent";
        } else if (i >= BULK + URGENT) {
          request.setDeadline(deadline);
        }
        sender.send(key, request);
      }
      sender.finish();
    }
  }

  /**
   * The first batch had begun before they came. Partitions are fetched as they like: a bulk text
   * goes before them only if it came so much earlier that it has grown as urgent.
   */
  private void assertUrgentFirst(ResultLog results) {
    Map<Integer, Double> waited = new HashMap<>();
    for (ResultLog.Seen each : results.seen()) {
      TranslationResult result = results.result(each);
      waited.put(Integer.valueOf(result.getId()), result.getLatency().getBatchWaitMillis());
    }
    double asUrgent = waited.get(BULK) + 2 * Urgency.DEFAULT.ageing().toMillis() - SLACK_MILLIS;
    assertThat(translator.batches().get(1))
        .map(text -> Integer.valueOf(text.substring("text ".length())))
        .allSatisfy(
            number -> {
              assertThat(number).as("a late one").isLessThan(BULK + URGENT);
              if (number < BULK) {
                assertThat(waited.get(number)).isGreaterThan(asUrgent);
              }
            });
  }

  private void assertOutcomes(ResultLog results) {
    Map<String, Integer> latest = new HashMap<>();
    for (ResultLog.Seen each : results.seen()) {
      TranslationResult result = results.result(each);
      int number = Integer.parseInt(result.getId());
      Integer before = latest.put(each.raw().key(), number);
      assertThat(before == null || before < number).as("order of a key").isTrue();
      boolean late = number >= BULK + URGENT;
      assertThat(result.getOutcome()).isEqualTo(late ? Outcome.EXPIRED : Outcome.TRANSLATED);
      assertThat(result.getText()).isEqualTo(late ? "" : "TEXT " + number);
    }
    assertThat(translator.batches().stream().flatMap(List::stream)).hasSize(BULK + URGENT);
  }
}
