package io.sluice.cli;

import io.sluice.avro.TranslationRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends requests with an idempotent producer; the first failure ends it. One thread. */
public final class RequestSender implements AutoCloseable {
  private final String topic;
  private final KafkaProducer<String, Object> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * Connects.
   *
   * @param settings of the clients, with {@code bootstrap.servers} and {@code schema.registry.url}
   * @throws ExitException if the broker or the topic is not there
   */
  public RequestSender(Map<String, Object> settings, String topic) {
    this.topic = topic;
    Map<String, Object> producerSettings = new HashMap<>(settings);
    producerSettings.put("acks", "all");
    producerSettings.put("enable.idempotence", "true");
    producerSettings.putIfAbsent("linger.ms", "5");
    producerSettings.putIfAbsent("max.block.ms", "15000");
    this.producer =
        new KafkaProducer<>(
            producerSettings, new StringSerializer(), AvroClients.serializer(settings));
    try {
      producer.partitionsFor(topic);
    } catch (TimeoutException e) {
      producer.close(java.time.Duration.ZERO);
      throw new ExitException(
          "no topic " + topic + " on " + settings.get("bootstrap.servers") + ", or no broker there",
          e);
    }
  }

  /**
   * Sends one request; returns before it has arrived.
   *
   * @throws ExitException if this or an earlier one failed
   */
  public void send(String key, TranslationRequest request) {
    try {
      // the future reports through the callback
      var unused =
          producer.send(
              new ProducerRecord<>(topic, key, request),
              (metadata, exception) -> {
                if (exception != null) {
                  failure.compareAndSet(null, exception);
                }
              });
    } catch (SerializationException e) {
      throw new ExitException("cannot write the request: " + rootMessage(e), e);
    }
    throwFailure();
  }

  /**
   * Waits until all have arrived.
   *
   * @throws ExitException if one failed
   */
  public void finish() {
    producer.flush();
    throwFailure();
  }

  @Override
  public void close() {
    producer.close();
  }

  private void throwFailure() {
    Exception first = failure.get();
    if (first != null) {
      throw new ExitException("sending failed: " + first.getMessage(), first);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }
}
