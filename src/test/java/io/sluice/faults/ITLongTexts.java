package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.avro.TranslationResult;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.RecordFlow;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog.Seen;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two huge texts between short ones of other keys, with the bundled model and two workers: the
 * short ones must not wait for the huge ones.
 */
class ITLongTexts {
  private static final int HUGE_BYTES = 1 << 20;

  /** One line in so many is a sentence, the others are digits and need no model. */
  private static final int SENTENCE_EVERY = FaultReport.count(64, 16);

  private static final int SHORT_KEYS = 7;
  private static final Duration EVERY = Duration.ofMillis(200);

  /** The machine may be busy with other things; the report has the figure. */
  private static final Duration LONGEST_WAIT =
      Duration.ofSeconds(1).plusMillis(FaultReport.count(4000, 1000));

  private static EmbeddedCluster cluster;
  private static TransformerTranslator translator;

  private final List<String> sentences = RequestFlow.demoSentences();
  @TempDir private Path state;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.start();
    translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"));
    try (LineTranslator warm = new LineTranslator(translator, ExpertBudget.all(), 16, 2)) {
      assertThat(warm.translate(RequestFlow.demoSentences(), new LanguagePair("en", "de")))
          .isNotEmpty();
    }
  }

  @AfterAll
  static void close() throws Exception {
    try (EmbeddedCluster closing = cluster) {
      if (translator != null) {
        translator.close();
      }
    }
  }

  @Test
  void shouldNotLetShortTextsOfOtherKeysWaitForHugeOnes() {
    var config =
        Deployment.config(cluster, cluster.schemaRegistryUrl(), "huge", state)
            .batchLimits(io.sluice.batching.BatchLimits.DEFAULT)
            .workers(2)
            .build();
    Map<String, Object> producer = Map.of("max.request.size", 4 << 20);
    try (Deployment deployment = Deployment.start(cluster, config, translator);
        RecordFlow flow = deployment.flow(producer)) {
      int schema = flow.requestSchema();
      sendShort(flow, schema, 20);
      deployment.awaitOutcomes(flow.sent());

      Set<Integer> huge =
          Set.of(
              flow.request("huge-1", schema, hugeText(1)),
              flow.request("huge-2", schema, hugeText(2)));
      await()
          .pollInterval(EVERY)
          .atMost(Duration.ofMinutes(5))
          .until(
              () -> {
                sendShort(flow, schema, 1);
                deployment.outcomes();
                return deployment.results().seen().stream()
                    .anyMatch(seen -> huge.contains(RecordFlow.number(seen)));
              });
      await().atMost(Duration.ofMinutes(5)).until(() -> deployment.outcomes() >= flow.sent());
      FlowCounts counts = deployment.assertAllOnceInOrder(flow);
      assertThat(deployment.deadLetters().seen()).isEmpty();
      report(deployment, flow, huge, counts);
    }
  }

  private void report(
      Deployment deployment, RecordFlow flow, Set<Integer> huge, FlowCounts counts) {
    List<Seen> results = deployment.results().seen();
    Seen firstHuge =
        results.stream().filter(s -> huge.contains(RecordFlow.number(s))).findFirst().orElseThrow();
    int after = huge.stream().max(Integer::compare).orElseThrow();
    List<Double> waits = new ArrayList<>();
    double longestUntilRead = 0;
    for (Seen seen : results) {
      int number = RecordFlow.number(seen);
      if (number > after && seen.at().isBefore(firstHuge.at())) {
        TranslationResult result = deployment.results().result(seen);
        waits.add(result.getLatency().getQueueMillis() + result.getLatency().getBatchWaitMillis());
        longestUntilRead =
            Math.max(longestUntilRead, Duration.between(flow.sentAt(number), seen.at()).toMillis());
      }
    }
    waits.sort(Double::compare);
    assertThat(waits).as("short texts while both huge ones were worked at").hasSizeGreaterThan(10);
    double longest = waits.get(waits.size() - 1);
    double median = waits.get(waits.size() / 2);
    Duration worked = Duration.between(flow.sentAt(after), firstHuge.at());
    FaultReport.add(
        FaultRow.of(
            16,
            "two texts of 1 MiB between short ones",
            String.format(
                Locale.ROOT,
                "bundled model, two workers, one line in %d a sentence, a short text of another key"
                    + " every %d ms",
                SENTENCE_EVERY,
                EVERY.toMillis()),
            counts,
            null,
            String.format(
                Locale.ROOT,
                "during %.0f s in which both were worked at, %d short ones waited %.2f s at the"
                    + " median and %.2f s at most for the model; at most %.2f s from sending to"
                    + " reading",
                worked.toMillis() / 1000.0,
                waits.size(),
                median / 1000,
                longest / 1000,
                longestUntilRead / 1000)));
    assertThat(longest).isLessThanOrEqualTo(LONGEST_WAIT.toMillis());
  }

  private void sendShort(RecordFlow flow, int schema, int count) {
    for (int i = 0; i < count; i++) {
      int number = flow.sent();
      flow.request("key-" + number % SHORT_KEYS, schema, sentences.get(number % sentences.size()));
    }
    flow.finish();
  }

  private String hugeText(int seed) {
    StringBuilder text = new StringBuilder(HUGE_BYTES);
    // the sentences have a few characters of more than one byte
    for (int line = 0; text.length() < HUGE_BYTES * 0.98; line++) {
      boolean sentence = line % SENTENCE_EVERY == 0;
      text.append(
              sentence
                  ? sentences.get((line / SENTENCE_EVERY * 7 + seed) % sentences.size())
                  : "%060d".formatted(line))
          .append('\n');
    }
    int missing = HUGE_BYTES - text.toString().getBytes(StandardCharsets.UTF_8).length;
    text.append("7".repeat(missing));
    return text.toString();
  }
}
