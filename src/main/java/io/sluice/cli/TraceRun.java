package io.sluice.cli;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.ControlEventKind;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import io.sluice.control.FullBatches;
import io.sluice.control.ServiceLadder;
import io.sluice.pipeline.TopicNames;
import io.sluice.simulation.Arrivals;
import io.sluice.simulation.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Sends the records of a trace to a running application at their times, and collects what a {@code
 * read_committed} reader sees of results and control events. One thread; it starts another one that
 * sends.
 */
final class TraceRun {
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final long SAMPLE_MILLIS = 200;
  private static final long LAST_EVENTS_MILLIS = 1_500;

  private final Map<String, Object> clients;
  private final TopicNames topics;
  private final List<String> sentences;
  private final Supplier<FullBatches> batches;
  private final String prefix = UUID.randomUUID() + "-";
  private final AtomicInteger sent = new AtomicInteger();
  private volatile boolean allSent;

  /**
   * A run that can be used once.
   *
   * @param sentences English, sent one after the other, again and again
   * @param batches what full batches of the application took so far
   */
  TraceRun(
      Map<String, Object> clients,
      TopicNames topics,
      List<String> sentences,
      Supplier<FullBatches> batches) {
    this.clients = clients;
    this.topics = topics;
    this.sentences = List.copyOf(sentences);
    this.batches = batches;
  }

  /**
   * Runs a trace to its end, and on until every record has its result.
   *
   * @param capacity records a second that count as 1
   * @throws ExitException if results stay away for a minute
   */
  TraceEvidence run(Trace trace, ServiceLadder ladder, double capacity, long seed)
      throws InterruptedException {
    List<Double> seconds = new ArrayList<>();
    Arrivals arrivals = new Arrivals(trace, capacity, new Random(seed));
    for (double second = arrivals.next(); second < trace.seconds(); second = arrivals.next()) {
      seconds.add(second);
    }
    return run(seconds, new TraceEvidence(trace, ladder));
  }

  /** The same with records that are all sent at once. */
  TraceEvidence burst(ServiceLadder ladder, int records) throws InterruptedException {
    Trace trace = new Trace("burst", 1, second -> records, records, List.of(), List.of());
    return run(java.util.Collections.nCopies(records, 0.0), new TraceEvidence(trace, ladder));
  }

  private TraceEvidence run(List<Double> seconds, TraceEvidence evidence)
      throws InterruptedException {
    try (ResultReader results = new ResultReader(clients, topics.results(), false);
        ResultReader events = new ResultReader(clients, topics.control(), false);
        KafkaAvroDeserializer values = AvroClients.deserializer(clients)) {
      long begun = System.currentTimeMillis();
      evidence.begun(begun);
      Thread sender = new Thread(() -> send(seconds), "bench-sender");
      sender.setDaemon(true);
      sender.start();
      long lastNews = begun;
      long sampled = 0;
      while (!allSent || evidence.results() < sent.get()) {
        if (takeResults(results, values, evidence)) {
          lastNews = System.currentTimeMillis();
        }
        takeEvents(events, values, evidence);
        long now = System.currentTimeMillis();
        if (now - sampled >= SAMPLE_MILLIS) {
          sampled = now;
          evidence.sample(now, sent.get() - evidence.results(), batches.get());
        }
        if (allSent && now - lastNews > SILENCE.toMillis()) {
          throw new ExitException(
              "only %d of %d results came".formatted(evidence.results(), sent.get()));
        }
      }
      long end = System.currentTimeMillis();
      while (System.currentTimeMillis() - end < LAST_EVENTS_MILLIS) {
        takeEvents(events, values, evidence);
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
      sender.join();
    }
    if (sent.get() < seconds.size()) {
      throw new ExitException("only %d of %d were sent".formatted(sent.get(), seconds.size()));
    }
    return evidence;
  }

  private boolean takeResults(
      ResultReader reader, KafkaAvroDeserializer values, TraceEvidence evidence) {
    boolean news = false;
    for (ConsumerRecord<String, byte[]> each : reader.poll(POLL)) {
      TranslationResult result = (TranslationResult) values.deserialize(each.topic(), each.value());
      if (result.getId().startsWith(prefix)) {
        evidence.result(result, each.timestamp(), System.currentTimeMillis());
        news = true;
      }
    }
    return news;
  }

  private static void takeEvents(
      ResultReader reader, KafkaAvroDeserializer values, TraceEvidence evidence) {
    for (ConsumerRecord<String, byte[]> each : reader.poll(Duration.ZERO)) {
      ControlEvent event = (ControlEvent) values.deserialize(each.topic(), each.value());
      if (event.getKind() == ControlEventKind.LEVEL_CHANGED) {
        evidence.changed(event);
      }
    }
  }

  private void send(List<Double> seconds) {
    try (RequestSender sender = new RequestSender(clients, topics.requests())) {
      long begun = System.nanoTime();
      for (double second : seconds) {
        TimeUnit.NANOSECONDS.sleep(begun + (long) (second * 1e9) - System.nanoTime());
        int number = sent.getAndIncrement();
        String id = prefix + number;
        sender.send(
            id, // spreads them evenly; without a key partitions get unequal shares
            TranslationRequest.newBuilder()
                .setId(id)
                .setText(sentences.get(number % sentences.size()))
                .setSourceLanguage("en")
                .setTargetLanguage("de")
                .build());
      }
      sender.finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      allSent = true;
    }
  }
}
