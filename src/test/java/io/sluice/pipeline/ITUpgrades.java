package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.avro.ControlEvent;
import io.sluice.avro.ControlEventKind;
import io.sluice.avro.TranslationResult;
import io.sluice.control.BudgetSource;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import io.sluice.metrics.Meters;
import io.sluice.testing.ClusterFixture;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;

/** Quality is given up under a forced budget and paid back when there is nothing else to do. */
class ITUpgrades extends ClusterFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ExpertBudget LOW =
      new ExpertBudget(List.of(1), List.of(4), RoutingMode.TOKEN, BudgetCause.LAG, 0);

  private ApplicationConfig config(String name) {
    return application(name)
        .idleWork(new IdleWork(UpgradePolicy.ON, true, Duration.ofSeconds(1), 1))
        .build();
  }

  @Test
  void shouldReviseEachDegradedResultOnceWhenThereIsNothingElseToDo() {
    ApplicationConfig config = config("debt");
    AtomicBoolean low = new AtomicBoolean(true);
    BudgetSource budgets = share -> low.get() ? LOW : ExpertBudget.all();
    try (TranslationApplication application =
        new TranslationApplication(config, new ScriptedTranslator(), budgets, Meters.NOOP)) {
      application.start();
      try (RequestFlow flow = new RequestFlow(cluster, config.topics().requests());
          ResultLog results = new ResultLog(cluster, config.topics().results());
          ResultLog revisions = new ResultLog(cluster, config.topics().revisions());
          ResultLog events = new ResultLog(cluster, config.topics().control())) {
        flow.send(60);
        flow.finish();
        await().atMost(PATIENCE).until(() -> results.size() >= 60);
        low.set(false);
        flow.send(20);
        flow.finish();
        await().atMost(PATIENCE).until(() -> results.size() >= 80);
        flow.assertAllOnceInOrder(results);

        await().atMost(PATIENCE).until(() -> revisions.size() >= 60);
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> revisions.size() == 60);
        assertRevised(results, revisions, 60);
        assertThat(application.load().orElseThrow().unread()).isZero();
        assertThat(application.state()).isEqualTo(KafkaStreams.State.RUNNING);
        await().atMost(PATIENCE).until(() -> events.size() > 0);
        ControlEvent event = events.control(events.seen().get(0));
        assertThat(event.getKind()).isEqualTo(ControlEventKind.SHADOW_MEASURED);
        assertThat(event.getAgreement()).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldPayTheRestBackAfterARestart() {
    ApplicationConfig config = config("restart");
    ScriptedTranslator translator = new ScriptedTranslator();
    try (RequestFlow flow = startAndSend(config, translator);
        ResultLog results = new ResultLog(cluster, config.topics().results());
        ResultLog revisions = new ResultLog(cluster, config.topics().revisions())) {
      assertThat(results.size()).isGreaterThanOrEqualTo(0);
      try (TranslationApplication again =
          new TranslationApplication(config, translator, BudgetSource.all(), Meters.NOOP)) {
        again.start();
        await().atMost(PATIENCE).until(() -> revisions.size() >= 40);
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> revisions.size() == 40);
      }
      await().atMost(PATIENCE).until(() -> results.size() >= 40);
      flow.assertAllOnceInOrder(results);
      assertRevised(results, revisions, 40);
    }
  }

  /** Sends forty requests, and closes the application as soon as all have a result. */
  private static RequestFlow startAndSend(ApplicationConfig config, ScriptedTranslator translator) {
    try (TranslationApplication application =
        new TranslationApplication(config, translator, share -> LOW, Meters.NOOP)) {
      application.start();
      RequestFlow flow = new RequestFlow(cluster, config.topics().requests());
      try (ResultLog results = new ResultLog(cluster, config.topics().results());
          ResultLog revisions = new ResultLog(cluster, config.topics().revisions())) {
        flow.send(40);
        flow.finish();
        await().atMost(PATIENCE).until(() -> results.size() >= 40);
        // fresh work comes first: nothing is revised before it was idle for a second
        assertThat(revisions.size()).isZero();
        return flow;
      }
    }
  }

  /** Every degraded result has one revision under its key and id, and nothing else has. */
  private static void assertRevised(ResultLog results, ResultLog revisions, int degraded) {
    Map<String, String> keys = new HashMap<>();
    for (ResultLog.Seen each : results.seen()) {
      TranslationResult result = results.result(each);
      assertThat(result.getRevision()).isEqualTo(1);
      if (result.getDegraded()) {
        keys.put(result.getId(), each.raw().key());
      }
    }
    assertThat(keys).hasSize(degraded);
    Map<String, String> revised = new HashMap<>();
    for (ResultLog.Seen each : revisions.seen()) {
      TranslationResult result = revisions.result(each);
      assertThat(result.getRevision()).isEqualTo(2);
      assertThat(result.getDegraded()).isFalse();
      assertThat(revised.put(result.getId(), each.raw().key())).as("revised twice").isNull();
    }
    assertThat(revised).isEqualTo(keys);
  }
}
