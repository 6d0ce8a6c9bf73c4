package io.sluice.cli;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.sluice.avro.TranslationRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Finds requests by their id in the requests topic, which it reads from its beginning. */
final class RequestFinder {
  private static final Duration POLL = Duration.ofMillis(200);

  private RequestFinder() {}

  /**
   * The texts of requests by id; the latest where an id was used again.
   *
   * @param quiet after so long without a record the topic is at its end
   */
  static Map<String, String> texts(
      Map<String, Object> settings, String topic, Set<String> ids, Duration quiet) {
    Map<String, String> texts = new HashMap<>();
    long quietSince = System.nanoTime();
    try (ResultReader reader = new ResultReader(settings, topic, true);
        KafkaAvroDeserializer values = AvroClients.deserializer(settings)) {
      while (System.nanoTime() - quietSince < quiet.toNanos()) {
        for (ConsumerRecord<String, byte[]> each : reader.poll(POLL)) {
          quietSince = System.nanoTime();
          if (each.value() != null) {
            add(texts, ids, values, each);
          }
        }
      }
    }
    return texts;
  }

  private static void add(
      Map<String, String> texts,
      Set<String> ids,
      KafkaAvroDeserializer values,
      ConsumerRecord<String, byte[]> each) {
    try {
      if (values.deserialize(each.topic(), each.value()) instanceof TranslationRequest request
          && ids.contains(request.getId())) {
        texts.put(request.getId(), request.getText());
      }
    } catch (SerializationException e) {
      // a dead letter's request: it has no result
    }
  }
}
