package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.sluice.avro.TranslationRequest;
import io.sluice.codec.AvroSchemas;
import io.sluice.codec.DeadLetterHeaders;
import io.sluice.codec.RegistryClients;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.testing.ResultLog.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Raw records, each with its number in a header, and the check of what came of them, whatever kind
 * of outcome. May write in transactions: records of aborted ones must have no outcome. One thread.
 */
public final class RecordFlow implements AutoCloseable {
  private static final String NUMBER = "number";

  private final EmbeddedCluster cluster;
  private final String topic;
  private final KafkaProducer<String, byte[]> producer;
  private final Map<Integer, Instant> expected = new HashMap<>();
  private final Map<Integer, Instant> undecided = new HashMap<>();
  private final Map<String, Integer> positions = new ConcurrentHashMap<>();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final boolean transactional;
  private int next;

  /**
   * A flow.
   *
   * @param settings of the producer; with {@code transactional.id} it writes in transactions only
   */
  public RecordFlow(EmbeddedCluster cluster, String topic, Map<String, Object> settings) {
    this.cluster = cluster;
    this.topic = topic;
    Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", cluster.bootstrapServer()));
    all.putAll(settings);
    producer = new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
    transactional = settings.containsKey("transactional.id");
    if (transactional) {
      producer.initTransactions();
    }
  }

  /** The id under which the application registered the schema of requests. */
  public int requestSchema() {
    return withRegistry(registry -> registry.getId(topic + "-value", requestAvro()));
  }

  /** Registers a schema that writes the same bytes under another id, and returns the id. */
  public int equalSchema(String name) {
    return withRegistry(
        registry -> {
          AvroSchema schema = requestAvro();
          schema.rawSchema().addProp("writer", name);
          return registry.register(name + "-value", schema);
        });
  }

  private static AvroSchema requestAvro() {
    return new AvroSchema(
        new org.apache.avro.Schema.Parser()
            .parse(AvroSchemas.published(TranslationRequest.getClassSchema()).toString()));
  }

  private interface Question {
    int ask(SchemaRegistryClient registry) throws IOException, RestClientException;
  }

  private int withRegistry(Question question) {
    try (SchemaRegistryClient registry =
        RegistryClients.create(cluster.schemaRegistryUrl(), Map.of())) {
      return question.ask(registry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RestClientException e) {
      throw new IllegalStateException(e);
    }
  }

  public void begin() {
    producer.beginTransaction();
  }

  public void commit() {
    producer.commitTransaction();
    expected.putAll(undecided);
    undecided.clear();
  }

  public void abort() {
    producer.abortTransaction();
    undecided.clear();
  }

  /** Sends a request with that text and its number as id; returns the number. */
  public int request(String key, int schemaId, String text) {
    return send(key, Requests.framed(schemaId, Requests.english(Integer.toString(next), text)));
  }

  /** Sends a record; returns its number. */
  public int send(String key, byte[] value) {
    return send(new ProducerRecord<>(topic, key, value));
  }

  /** Sends a record of this flow's topic; returns its number. */
  public int send(ProducerRecord<String, byte[]> message) {
    int number = stamp(message);
    Instant now = Instant.now();
    var unused =
        producer.send(
            message,
            (metadata, exception) -> {
              if (exception == null) {
                positions.put(metadata.partition() + "@" + metadata.offset(), number);
              } else {
                failure.compareAndSet(null, exception);
              }
            });
    (transactional ? undecided : expected).put(number, now);
    return number;
  }

  /** Numbers have one length, so that they do not change a record's size. */
  private int stamp(ProducerRecord<String, byte[]> message) {
    String number = String.format(Locale.ROOT, "%08d", next);
    message.headers().add(NUMBER, number.getBytes(StandardCharsets.UTF_8));
    return next++;
  }

  /**
   * Sends a record and waits for the broker's answer; one that it refuses does not count.
   *
   * @return true if the broker took it
   */
  public boolean offer(ProducerRecord<String, byte[]> message) {
    int number = stamp(message);
    try {
      RecordMetadata metadata = producer.send(message).get();
      positions.put(metadata.partition() + "@" + metadata.offset(), number);
      expected.put(number, Instant.now());
      return true;
    } catch (ExecutionException e) {
      assertThat(e)
          .hasCauseInstanceOf(org.apache.kafka.common.errors.RecordTooLargeException.class);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the broker has all that was sent; fails if it did not take one. */
  public void finish() {
    producer.flush();
    assertThat(failure.get()).isNull();
  }

  /** Records that must have an outcome. */
  public int sent() {
    return expected.size();
  }

  /** When a record was sent. */
  public Instant sentAt(int number) {
    return expected.get(number);
  }

  /** The number of an outcome's record. */
  public static int number(Seen seen) {
    return Integer.parseInt(text(seen, NUMBER));
  }

  /** A dead letter that had no room for the headers tells where its record lies. */
  private int numberOrPosition(Seen seen) {
    if (seen.raw().headers().lastHeader(NUMBER) != null) {
      return number(seen);
    }
    String position =
        text(seen, DeadLetterHeaders.PARTITION) + "@" + text(seen, DeadLetterHeaders.OFFSET);
    return positions.get(position);
  }

  private static String text(Seen seen, String header) {
    return new String(seen.raw().headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }

  /** How many outcomes all of the logs hold by now. */
  public static int outcomes(ResultLog... logs) {
    int outcomes = 0;
    for (ResultLog log : logs) {
      outcomes += log.size();
    }
    return outcomes;
  }

  /**
   * What became of the records. Order is that of each key within each log.
   *
   * @throws AssertionError if a record that must have no outcome has one
   */
  public FlowCounts count(ResultLog... logs) {
    Set<Integer> seen = new HashSet<>();
    List<Integer> unexpected = new ArrayList<>();
    int outcomes = 0;
    int outOfOrder = 0;
    for (ResultLog log : logs) {
      Map<String, Integer> latest = new HashMap<>();
      for (Seen each : log.seen()) {
        int number = numberOrPosition(each);
        outcomes++;
        seen.add(number);
        if (!expected.containsKey(number)) {
          unexpected.add(number);
        }
        String key = each.raw().key();
        Integer before = key == null ? null : latest.put(key, number);
        outOfOrder += before != null && before > number ? 1 : 0;
      }
    }
    assertThat(unexpected).as("outcomes of records that were never committed").isEmpty();
    int lost = expected.size() - seen.size();
    return new FlowCounts(expected.size(), outcomes, lost, outcomes - seen.size(), outOfOrder);
  }

  @Override
  public void close() {
    producer.close();
  }
}
