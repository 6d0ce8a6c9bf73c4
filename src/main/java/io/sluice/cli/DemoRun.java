package io.sluice.cli;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.sluice.avro.Latency;
import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sends waves of sentences (calm, burst, calm) and prints what comes back, then a summary. */
final class DemoRun implements Callable<Boolean> {
  private static final String REQUESTS = "translation.requests.v1";
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final double CALM_PER_SECOND = 8;
  private static final double CALM_SHARE = 0.2;
  private static final String SENTENCE = "demo.sentence";

  private final Map<String, Object> clients;
  private final List<String> sentences;
  private final Duration minimum;
  private final PrintWriter out;
  private final long started;
  private final List<TranslationResult> results = new ArrayList<>();
  private int deadLetters;
  private volatile boolean allSent;
  private final AtomicInteger sent = new AtomicInteger();

  /**
   * @param minimum waves begin until this has passed
   * @param started when the command began, {@link System#nanoTime}
   */
  DemoRun(
      Map<String, Object> clients,
      List<String> sentences,
      Duration minimum,
      PrintWriter out,
      long started) {
    this.clients = clients;
    this.sentences = sentences;
    this.minimum = minimum;
    this.out = out;
    this.started = started;
  }

  /** Runs; true if every sentence had its result. */
  @Override
  public Boolean call() throws InterruptedException {
    Thread sender = new Thread(this::sendWaves, "demo-sender");
    sender.setDaemon(true);
    long begun;
    try (ResultReader reader = new ResultReader(clients, "translation.results.v1", true);
        ResultReader letters = new ResultReader(clients, REQUESTS + ".dlq", true);
        KafkaAvroDeserializer values = AvroClients.deserializer(clients)) {
      begun = System.nanoTime();
      sender.start();
      long lastNews = System.nanoTime();
      while (!allSent || results.size() + deadLetters < sent.get()) {
        boolean news = false;
        for (ConsumerRecord<String, byte[]> each : reader.poll(Duration.ofMillis(50))) {
          TranslationResult result =
              (TranslationResult) values.deserialize(each.topic(), each.value());
          if (isOwn(result)) {
            print(result);
            news = true;
          }
        }
        for (ConsumerRecord<String, byte[]> each : letters.poll(Duration.ZERO)) {
          deadLetters++;
          out.println("dead letter " + each.topic() + "-" + each.partition() + "@" + each.offset());
          news = true;
        }
        if (news) {
          lastNews = System.nanoTime();
        } else if (System.nanoTime() - lastNews > SILENCE.toNanos()) {
          out.println("nothing came for " + SILENCE.toSeconds() + " s, giving up");
          break;
        }
      }
    }
    sender.join();
    summary((System.nanoTime() - begun) / 1e9);
    return results.size() == sent.get();
  }

  private void sendWaves() {
    try (RequestSender sender = new RequestSender(clients, REQUESTS)) {
      do {
        int calm = (int) (sentences.size() * CALM_SHARE);
        wave(sender, sentences.subList(0, calm), CALM_PER_SECOND);
        wave(sender, sentences.subList(calm, sentences.size() - calm), 0);
        wave(sender, sentences.subList(sentences.size() - calm, sentences.size()), CALM_PER_SECOND);
      } while (System.nanoTime() - started < minimum.toNanos());
      sender.finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      allSent = true;
    }
  }

  /** Sends sentences at a rate; 0: as fast as it goes. */
  private void wave(RequestSender sender, List<String> texts, double perSecond)
      throws InterruptedException {
    long begun = System.nanoTime();
    for (int i = 0; i < texts.size(); i++) {
      if (perSecond > 0) {
        long due = begun + (long) (i / perSecond * 1e9);
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      }
      int number = sent.getAndIncrement();
      sender.send(
          null,
          TranslationRequest.newBuilder()
              .setId(Integer.toString(number))
              .setText(texts.get(i))
              .setSourceLanguage("en")
              .setTargetLanguage("de")
              .setCreatedAt(Instant.now())
              .setMetadata(Map.of(SENTENCE, Integer.toString(sentences.indexOf(texts.get(i)))))
              .build());
    }
  }

  /** Others may send to the demo's broker too; a tombstone's result is null. */
  private static boolean isOwn(TranslationResult result) {
    return result != null && result.getMetadata().containsKey(SENTENCE);
  }

  private void print(TranslationResult result) {
    if (results.isEmpty()) {
      out.printf(
          Locale.ROOT, "first translation after %.1f s%n", (System.nanoTime() - started) / 1e9);
    }
    results.add(result);
    String text = sentences.get(Integer.parseInt(result.getMetadata().get(SENTENCE)));
    out.println(ResultLine.of(result, text));
    out.flush();
  }

  private void summary(double seconds) {
    out.printf(
        Locale.ROOT,
        "%n%d requests, %d results (%d passed through), %d dead letters in %.1f s, %.1f"
            + " sentences/s%n",
        sent.get(),
        results.size(),
        results.stream().filter(result -> result.getOutcome() == Outcome.BYPASSED).count(),
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
