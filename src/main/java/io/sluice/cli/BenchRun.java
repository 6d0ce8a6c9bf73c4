package io.sluice.cli;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sends lines to a running application and times what a {@code read_committed} reader sees. */
final class BenchRun {
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final Map<String, Object> clients;

  BenchRun(Map<String, Object> clients) {
    this.clients = clients;
  }

  /**
   * What was measured.
   *
   * @param recordsPerSecond from the first request to the last result
   * @param p50Millis median from sending to reading, milliseconds
   * @param p99Millis 99th percentile of the same
   * @param medianBatchMillis median of encode and decode time, milliseconds
   */
  record Figures(
      double recordsPerSecond, double p50Millis, double p99Millis, double medianBatchMillis) {}

  /**
   * Sends lines and waits for their results.
   *
   * @param perSecond rate; 0: as fast as it goes
   * @throws ExitException if results stay away for a minute
   */
  Figures send(List<String> lines, double perSecond) throws InterruptedException {
    double[] latencies = new double[lines.size()];
    double[] batches = new double[lines.size()];
    String run = UUID.randomUUID() + "-";
    try (ResultReader reader = new ResultReader(clients, "translation.results.v1", false);
        KafkaAvroDeserializer values = AvroClients.deserializer(clients)) {
      long started = System.nanoTime();
      Thread sender = new Thread(() -> sendAll(lines, perSecond, run), "bench-sender");
      sender.setDaemon(true);
      sender.start();
      int count = 0;
      long lastNews = System.nanoTime();
      while (count < lines.size()) {
        for (ConsumerRecord<String, byte[]> each : reader.poll(Duration.ofMillis(20))) {
          TranslationResult result =
              (TranslationResult) values.deserialize(each.topic(), each.value());
          if (result.getId().startsWith(run)) {
            latencies[count] = System.currentTimeMillis() - each.timestamp();
            batches[count] =
                result.getLatency().getEncodeMillis() + result.getLatency().getDecodeMillis();
            count++;
            lastNews = System.nanoTime();
          }
        }
        if (System.nanoTime() - lastNews > SILENCE.toNanos()) {
          throw new ExitException(
              String.format(Locale.ROOT, "only %d of %d results came", count, lines.size()));
        }
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      sender.join();
      Arrays.sort(latencies);
      Arrays.sort(batches);
      return new Figures(
          lines.size() / seconds,
          DemoRun.percentile(latencies, 0.50),
          DemoRun.percentile(latencies, 0.99),
          Math.round(DemoRun.percentile(batches, 0.50) * 10) / 10.0);
    }
  }

  private void sendAll(List<String> lines, double perSecond, String run) {
    try (RequestSender sender = new RequestSender(clients, "translation.requests.v1")) {
      long begun = System.nanoTime();
      for (int i = 0; i < lines.size(); i++) {
        if (perSecond > 0) {
          TimeUnit.NANOSECONDS.sleep(begun + (long) (i / perSecond * 1e9) - System.nanoTime());
        }
        sender.send(
            null,
            TranslationRequest.newBuilder()
                .setId(run + i)
                .setText(lines.get(i))
                .setSourceLanguage("en")
                .setTargetLanguage("de")
                .build());
      }
      sender.finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
