package io.sluice.cli;

import io.sluice.avro.TranslationRequest;
import io.sluice.codec.RegistryRefusals;
import io.sluice.pipeline.Access;
import io.sluice.pipeline.BrokerRefusals;
import io.sluice.pipeline.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends requests with an idempotent producer; the first failure ends it. One thread. */
public final class RequestSender implements AutoCloseable {
  private final String topic;
  private final Producer<String, Object> producer;
  private final BrokerRefusals refusals;
  private final RegistryRefusals registryRefusals;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * Connects.
   *
   * @param settings of the clients, with {@code bootstrap.servers} and {@code schema.registry.url}
   * @throws ExitException if the broker or the topic is not there or refuses the client
   */
  public RequestSender(Map<String, Object> settings, String topic) {
    this.topic = topic;
    this.refusals = new BrokerRefusals(settings, Access.toProduce(topic));
    this.registryRefusals =
        new RegistryRefusals(settings.get("schema.registry.url").toString(), settings);
    Map<String, Object> producerSettings = new HashMap<>(settings);
    producerSettings.put("acks", "all");
    producerSettings.put("enable.idempotence", "true");
    producerSettings.putIfAbsent("linger.ms", "5");
    producerSettings.putIfAbsent("max.block.ms", "15000");
    this.producer = open(producerSettings, settings);
    try {
      producer.partitionsFor(topic);
    } catch (TimeoutException e) {
      producer.close(Duration.ZERO);
      throw new ExitException(
          "no topic " + topic + " on " + settings.get("bootstrap.servers") + ", or no broker there",
          e);
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw explained("the broker does not answer: ", e);
    }
  }

  private Producer<String, Object> open(
      Map<String, Object> producerSettings, Map<String, Object> settings) {
    try {
      return KafkaClients.producer(
          producerSettings, new StringSerializer(), AvroClients.serializer(settings));
    } catch (KafkaException e) {
      throw explained("cannot connect: ", e);
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
      throw explained("cannot write the request: ", e);
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
      throw explained("sending failed: ", first);
    }
  }

  private ExitException explained(String otherwise, Exception e) {
    return new ExitException(
        refusals
            .describe(e)
            .or(
                () ->
                    registryRefusals.describe(
                        e, "to find or register the schema of topic " + topic))
            .orElseGet(() -> otherwise + rootMessage(e)),
        e);
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }
}
