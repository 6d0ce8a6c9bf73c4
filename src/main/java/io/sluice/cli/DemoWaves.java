package io.sluice.cli;

import io.sluice.avro.TranslationRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Sends sentences: calm, burst, calm until the burst is forgotten; again and again. One thread runs
 * it, any may ask.
 */
final class DemoWaves implements Runnable {
  private static final double CALM_PER_SECOND = 8;
  private static final int CALM = 48;
  private static final int CALM_AT_MOST = 480;
  private static final String SENTENCE = "demo.sentence";

  private final Map<String, Object> clients;
  private final String topic;
  private final List<String> sentences;
  private final int burst;
  private final long endNanos;
  private final BooleanSupplier settled;
  private final AtomicInteger sent = new AtomicInteger();
  private volatile boolean done;

  /**
   * Waves that are not sent yet.
   *
   * @param burst sentences that are sent at once
   * @param minimum waves begin until this has passed since {@code started}
   * @param settled true when nothing of the burst waits and quality is full again; a minute after
   *     it the calm ends anyway
   */
  DemoWaves(
      Map<String, Object> clients,
      String topic,
      List<String> sentences,
      int burst,
      Duration minimum,
      long started,
      BooleanSupplier settled) {
    this.clients = clients;
    this.topic = topic;
    this.sentences = sentences;
    this.burst = burst;
    this.endNanos = started + minimum.toNanos();
    this.settled = settled;
  }

  /** Requests sent so far. */
  int sent() {
    return sent.get();
  }

  /** True if no more will be sent. */
  boolean isDone() {
    return done;
  }

  /** The sentence that was sent with these metadata; null if it is nobody's of ours. */
  String sentence(Map<String, String> metadata) {
    String number = metadata.get(SENTENCE);
    return number == null ? null : sentences.get(Integer.parseInt(number));
  }

  @Override
  public void run() {
    try (RequestSender sender = new RequestSender(clients, topic)) {
      do {
        wave(sender, CALM, CALM, CALM_PER_SECOND);
        wave(sender, burst, burst, 0);
        wave(sender, CALM, CALM_AT_MOST, CALM_PER_SECOND);
      } while (System.nanoTime() - endNanos < 0);
      sender.finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      done = true;
    }
  }

  /** Sends sentences at a rate, until all is settled; 0: as fast as it goes. */
  private void wave(RequestSender sender, int least, int most, double perSecond)
      throws InterruptedException {
    long begun = System.nanoTime();
    for (int i = 0; i < least || (i < most && !settled.getAsBoolean()); i++) {
      if (perSecond > 0) {
        long due = begun + (long) (i / perSecond * 1e9);
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      }
      int number = sent.getAndIncrement();
      int sentence = number % sentences.size();
      sender.send(
          null,
          TranslationRequest.newBuilder()
              .setId(Integer.toString(number))
              .setText(sentences.get(sentence))
              .setSourceLanguage("en")
              .setTargetLanguage("de")
              .setCreatedAt(Instant.now())
              .setMetadata(Map.of(SENTENCE, Integer.toString(sentence)))
              .build());
    }
  }
}
