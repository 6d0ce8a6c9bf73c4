package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TransformerTranslator;
import io.sluice.metrics.Meters;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TranslationApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Load against the application at one number of experts, on an embedded broker; beside a burst the
 * engine alone. Call from one thread.
 */
final class OneLevelBench {
  private static final LanguagePair PAIR = new LanguagePair("en", "de");
  private static final int WARM_RECORDS = 200;

  private final ModelOptions model;
  private final ExpertOptions experts;
  private final BatchOptions batching;

  OneLevelBench(ModelOptions model, ExpertOptions experts, BatchOptions batching) {
    this.model = model;
    this.experts = experts;
    this.batching = batching;
  }

  /** All lines at once, between two times of the same lines through the engine alone. */
  ObjectNode burst(List<String> lines) throws Exception {
    return measure(lines, true, 0);
  }

  /**
   * One line after the other.
   *
   * @param rate records a second
   */
  ObjectNode steady(List<String> lines, double rate) throws Exception {
    return measure(lines, false, rate);
  }

  private ObjectNode measure(List<String> lines, boolean burst, double rate) throws Exception {
    ExpertBudget budget = experts.budget(model.bundle());
    Path stateDir = Files.createTempDirectory("sluice-bench-");
    try (TransformerTranslator translator = model.load();
        EmbeddedCluster cluster = EmbeddedCluster.start();
        TranslationApplication application = application(cluster, translator, stateDir)) {
      application.start();
      BenchRun run =
          new BenchRun(
              Map.of(
                  "bootstrap.servers", cluster.bootstrapServer(),
                  "schema.registry.url", cluster.schemaRegistryUrl()));
      run.send(
          lines.subList(0, Math.min(WARM_RECORDS, lines.size())), 0); // warms broker, clients, JIT
      double before = burst ? engineAlone(translator, budget, lines) : 0;
      BenchRun.Figures figures = run.send(lines, burst ? 0 : rate);
      double after = burst ? engineAlone(translator, budget, lines) : 0;
      ObjectNode row = row(lines.size(), figures);
      if (burst) {
        double alone = (before + after) / 2;
        row.put("engineAloneRecordsPerSecond", rounded(alone, 10));
        row.put("shareOfEngineAlone", rounded(figures.recordsPerSecond() / alone, 1000));
      }
      return row;
    } finally {
      StateDirectories.delete(stateDir);
    }
  }

  private TranslationApplication application(
      EmbeddedCluster cluster, TransformerTranslator translator, Path stateDir) throws IOException {
    ApplicationConfig config =
        ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
            .applicationId("sluice-bench")
            .createTopics(true)
            .partitions(4)
            .replicationFactor(1)
            .workers(batching.threads())
            .batchLimits(batching.limits())
            .stateDir(stateDir)
            .build();
    return new TranslationApplication(
        config, translator, experts.source(model.bundle()), Meters.NOOP);
  }

  /** Lines a second of the engine alone, same batch size, same threads. */
  private double engineAlone(
      TransformerTranslator translator, ExpertBudget budget, List<String> lines) {
    try (LineTranslator alone =
        new LineTranslator(translator, budget, batching.batch(), batching.threads())) {
      long started = System.nanoTime();
      for (int from = 0; from < lines.size(); from += alone.windowSize()) {
        var unused =
            alone.translate(
                lines.subList(from, Math.min(lines.size(), from + alone.windowSize())), PAIR);
      }
      return lines.size() / ((System.nanoTime() - started) / 1e9);
    }
  }

  private static ObjectNode row(int records, BenchRun.Figures figures) {
    return new ObjectMapper()
        .createObjectNode()
        .put("law", "fixed")
        .put("records", records)
        .put("recordsPerSecond", rounded(figures.recordsPerSecond(), 10))
        .put("p50Millis", figures.p50Millis())
        .put("p99Millis", figures.p99Millis())
        .put("medianBatchMillis", figures.medianBatchMillis());
  }

  private static double rounded(double value, double parts) {
    return Math.round(value * parts) / parts;
  }
}
