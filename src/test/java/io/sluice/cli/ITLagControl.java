package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.avro.BudgetCause;
import io.sluice.avro.ControlCause;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.ControlEventKind;
import io.sluice.avro.TranslationResult;
import io.sluice.batching.BatchLimits;
import io.sluice.control.BudgetController;
import io.sluice.control.LevelChange;
import io.sluice.metrics.Exposition;
import io.sluice.metrics.Meters;
import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.LoadSensor;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.testing.ClusterFixture;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** The lag moves the experts of an application as run and demo build it. */
class ITLagControl extends ClusterFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int EXPERTS = 32;
  private static final int PARTITIONS = 3;
  private static final int BATCH = 8;

  private final List<LevelChange> changes = new CopyOnWriteArrayList<>();

  /** The options of a command that runs an application. */
  static final class Asked {
    @Mixin private ControlOptions control;
    @Mixin private ExpertOptions experts;
    @Mixin private BundleOption bundle;

    static ExpertControl control(String... options) {
      Asked asked = new Asked();
      CommandLine line = new CommandLine(asked);
      line.registerConverter(Duration.class, Durations::parse);
      line.parseArgs(options);
      return ExpertControl.of(asked.control, asked.experts, asked.bundle.bundle());
    }
  }

  private ApplicationConfig config(String name) {
    return application(name)
        .workers(1)
        .batchLimits(new BatchLimits(BATCH, 1024, Duration.ofMillis(20)))
        .build();
  }

  /** Each batch takes a tenth of a second: eighty records a second, whatever the machine. */
  private static ScriptedTranslator slowTranslator() {
    ScriptedTranslator translator = new ScriptedTranslator(EXPERTS);
    translator.script(
        batch -> {
          try {
            TimeUnit.MILLISECONDS.sleep(100);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return translator;
  }

  @Test
  void shouldGiveUpQualityInABurstAndComeBackWhenTheQueueIsEmpty() {
    ApplicationConfig config = config("burst");
    try (PrometheusMeters prometheus = new PrometheusMeters()) {
      ExpertControl.Controlled controlled =
          Asked.control("--law", "model", "--slo", "1s")
              .application(
                  config, slowTranslator(), Optional.empty(), prometheus.meters(), changes::add);
      BudgetController controller = controlled.controller().orElseThrow();
      try (TranslationApplication application = controlled.application()) {
        application.start();
        thawed(application);
        burst(config, controller, prometheus);
      }
    }
  }

  /**
   * Waits until what arrives counts: for two looks after a rebalance, what comes adds to the lag
   * and to no rate.
   */
  private static void thawed(TranslationApplication application) {
    long first = look(application, Long.MIN_VALUE);
    look(application, first + LoadSensor.INTERVAL.multipliedBy(2).toNanos());
  }

  /** The time of a look that says something, not before one. */
  private static long look(TranslationApplication application, long notBefore) {
    return await()
        .atMost(PATIENCE)
        .until(
            application::load,
            load ->
                load.filter(
                        each ->
                            each.owned().size() == PARTITIONS && !each.frozen() && !each.stale())
                    .filter(each -> each.nanos() >= notBefore)
                    .isPresent())
        .orElseThrow()
        .nanos();
  }

  private void burst(
      ApplicationConfig config, BudgetController controller, PrometheusMeters prometheus) {
    try (RequestFlow flow = new RequestFlow(cluster, config.topics().requests());
        ResultLog results = new ResultLog(cluster, config.topics().results());
        ResultLog events = new ResultLog(cluster, config.topics().control())) {
      flow.send(4);
      flow.finish();
      await().atMost(PATIENCE).until(() -> results.size() == 4);
      assertThat(controller.level().number()).isZero();

      flow.send(500);
      flow.finish();
      await().atMost(PATIENCE).until(() -> controller.level().number() > 0);
      await().atMost(PATIENCE).until(() -> results.size() == 504);
      await().atMost(PATIENCE).until(() -> controller.level().number() == 0);

      flow.send(4);
      flow.finish();
      await().atMost(PATIENCE).until(() -> results.size() == 508);
      flow.assertAllOnceInOrder(results);
      await().atMost(PATIENCE).until(() -> events.size() == changes.size());
      assertResults(results);
      assertEvents(events);
      assertMeters(Exposition.parse(prometheus.scrape()), results);
    }
  }

  /** The first and the last results have full quality; those that have not say why. */
  private static void assertResults(ResultLog results) {
    int degraded = 0;
    for (ResultLog.Seen each : results.seen()) {
      TranslationResult result = results.result(each);
      int number = Integer.parseInt(result.getId());
      if (number < 4 || number >= 504) {
        assertThat(result.getDegraded()).as("result %d", number).isFalse();
        assertThat(result.getRouting().getCause()).isEqualTo(BudgetCause.FULL);
      } else if (result.getDegraded()) {
        degraded++;
        assertThat(result.getRouting().getCause()).isEqualTo(BudgetCause.LAG);
        assertThat(result.getRouting().getBacklogMillis()).isPositive();
      } else {
        assertThat(result.getRouting().getExpertsPerLayer()).containsOnly(EXPERTS);
      }
    }
    assertThat(degraded).isGreaterThan(100);
  }

  private void assertEvents(ResultLog events) {
    List<ControlEvent> told = events.seen().stream().map(events::control).toList();
    assertThat(told).hasSameSizeAs(changes);
    int level = 0;
    for (ControlEvent event : told) {
      assertThat(event.getKind()).isEqualTo(ControlEventKind.LEVEL_CHANGED);
      assertThat(event.getOldLevel()).isEqualTo(level);
      assertThat(event.getPredictedTokensPerSecond()).isPositive();
      assertThat(event.getExpertsPerLayer()).isNotEmpty();
      level = event.getNewLevel();
    }
    assertThat(level).isZero();
    ControlEvent first = told.get(0);
    assertThat(first.getCause()).isEqualTo(ControlCause.BACKLOG_GREW);
    assertThat(first.getLagRecords()).isPositive();
    assertThat(first.getArrivalTokensPerSecond()).isPositive();
    ControlEvent last = told.get(told.size() - 1);
    assertThat(last.getCause()).isEqualTo(ControlCause.BACKLOG_SHRANK);
    assertThat(told).anyMatch(event -> event.getMeasuredTokensPerSecond() > 0);
  }

  private void assertMeters(Exposition read, ResultLog results) {
    assertThat(read.sum(SluiceMeter.LEVEL)).hasValue(0);
    assertThat(read.sum(SluiceMeter.LEVEL_CHANGES)).hasValue(changes.size());
    assertThat(read.of(SluiceMeter.BACKLOG)).hasSize(2);
    assertThat(read.sum(SluiceMeter.CONSUMED)).hasValue(results.seen().size());
    assertThat(read.sum(SluiceMeter.SENSOR_FAILURES).orElse(0)).isZero();
  }

  @Test
  void shouldStayWhereTheUserPutsIt() {
    ApplicationConfig config = config("fixed");
    ExpertControl.Controlled controlled =
        Asked.control("--experts", "16")
            .application(config, slowTranslator(), Optional.empty(), Meters.NOOP, changes::add);
    assertThat(controlled.controller()).isEmpty();
    try (TranslationApplication application = controlled.application()) {
      application.start();
      try (RequestFlow flow = new RequestFlow(cluster, config.topics().requests());
          ResultLog results = new ResultLog(cluster, config.topics().results())) {
        flow.send(100);
        flow.finish();
        await().atMost(PATIENCE).until(() -> results.size() == 100);
        assertThat(results.seen())
            .extracting(each -> results.result(each).getRouting().getCause())
            .containsOnly(BudgetCause.MANUAL);
      }
    }
  }
}
