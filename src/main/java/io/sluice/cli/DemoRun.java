package io.sluice.cli;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.sluice.avro.Latency;
import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationResult;
import io.sluice.simulation.Second;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sends waves of sentences (calm, burst, calm) and prints what comes back, then a summary. */
final class DemoRun implements Callable<Boolean> {
  /** Where the sentences go. */
  static final String REQUESTS = "translation.requests.v1";

  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final Map<String, Object> clients;
  private final DemoWaves waves;
  private final State state;
  private final PrintWriter out;
  private final long started;
  private final List<TranslationResult> results = new ArrayList<>();
  private DemoTimeline timeline = new DemoTimeline(0);
  private int deadLetters;

  /** What the application is doing. Thread-safe. */
  interface State {
    /** Records not read or in no batch. */
    long waiting();

    /** Rung of the service ladder. */
    int level();

    /** BLEU points that results with these experts lose. */
    double bleuLoss(TranslationResult result);
  }

  /**
   * A run that has not begun.
   *
   * @param started when the command began, {@link System#nanoTime}
   */
  DemoRun(
      Map<String, Object> clients, DemoWaves waves, State state, PrintWriter out, long started) {
    this.clients = clients;
    this.waves = waves;
    this.state = state;
    this.out = out;
    this.started = started;
  }

  /** Runs; true if every sentence had its result. */
  @Override
  public Boolean call() throws InterruptedException {
    Thread sender = new Thread(waves, "demo-sender");
    sender.setDaemon(true);
    long begun;
    try (ResultReader reader = new ResultReader(clients, "translation.results.v1", true);
        ResultReader letters = new ResultReader(clients, REQUESTS + ".dlq", true);
        KafkaAvroDeserializer values = AvroClients.deserializer(clients)) {
      begun = System.nanoTime();
      timeline = new DemoTimeline(begun);
      sender.start();
      long lastNews = begun;
      while (!waves.isDone() || results.size() + deadLetters < waves.sent()) {
        if (take(reader, values) | takeLetters(letters)) {
          lastNews = System.nanoTime();
        } else if (System.nanoTime() - lastNews > SILENCE.toNanos()) {
          out.println("nothing came for " + SILENCE.toSeconds() + " s, giving up");
          break;
        }
        while (timeline.isDue(System.nanoTime())) {
          timeline.end(waves.sent(), state.waiting(), state.level());
        }
      }
    }
    sender.join();
    summary((System.nanoTime() - begun) / 1e9);
    return results.size() == waves.sent();
  }

  /** What happened, second by second. */
  List<Second> seconds() {
    return timeline.seconds();
  }

  private boolean take(ResultReader reader, KafkaAvroDeserializer values) {
    boolean news = false;
    for (ConsumerRecord<String, byte[]> each : reader.poll(Duration.ofMillis(50))) {
      TranslationResult result = (TranslationResult) values.deserialize(each.topic(), each.value());
      // others may send to the demo's broker too; a tombstone's result is null
      String sentence = result == null ? null : waves.sentence(result.getMetadata());
      if (sentence != null) {
        print(result, sentence);
        timeline.seen(result.getLatency().getTotalMillis(), state.bleuLoss(result));
        news = true;
      }
    }
    return news;
  }

  private boolean takeLetters(ResultReader letters) {
    boolean news = false;
    for (ConsumerRecord<String, byte[]> each : letters.poll(Duration.ZERO)) {
      deadLetters++;
      out.println("dead letter " + each.topic() + "-" + each.partition() + "@" + each.offset());
      news = true;
    }
    return news;
  }

  private void print(TranslationResult result, String sentence) {
    if (results.isEmpty()) {
      out.printf(
          Locale.ROOT, "first translation after %.1f s%n", (System.nanoTime() - started) / 1e9);
    }
    results.add(result);
    out.println(ResultLine.of(result, sentence));
    out.flush();
  }

  private void summary(double seconds) {
    out.printf(
        Locale.ROOT,
        "%n%d requests, %d results (%d passed through, %d degraded), %d dead letters in %.1f s,"
            + " %.1f sentences/s%n",
        waves.sent(),
        results.size(),
        results.stream().filter(result -> result.getOutcome() == Outcome.BYPASSED).count(),
        results.stream().filter(TranslationResult::getDegraded).count(),
        deadLetters,
        seconds,
        results.size() / seconds);
    out.printf(
        Locale.ROOT,
        "mean score %.2f%n",
        results.stream().mapToDouble(result -> result.getQuality().getScore()).average().orElse(0));
    out.printf(Locale.ROOT, "%-12s %8s %8s %8s%n", "clock (ms)", "p50", "p95", "p99");
    clock("queue", Latency::getQueueMillis);
    clock("batch wait", Latency::getBatchWaitMillis);
    clock("encode", Latency::getEncodeMillis);
    clock("decode", Latency::getDecodeMillis);
    clock("total", Latency::getTotalMillis);
    out.flush();
  }

  private void clock(String name, ToDoubleFunction<Latency> value) {
    double[] sorted =
        results.stream().map(TranslationResult::getLatency).mapToDouble(value).sorted().toArray();
    out.printf(
        Locale.ROOT,
        "%-12s %8.1f %8.1f %8.1f%n",
        name,
        percentile(sorted, 0.50),
        percentile(sorted, 0.95),
        percentile(sorted, 0.99));
  }

  /** The smallest value that at least this share of the values does not exceed; 0 if none. */
  static double percentile(double[] sorted, double share) {
    if (sorted.length == 0) {
      return 0;
    }
    return sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
