package io.sluice.cli;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationResult;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.UnavailableException;
import io.sluice.metrics.ExpertGauges;
import io.sluice.metrics.Exposition;
import io.sluice.metrics.Meters;
import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.KafkaClients;
import io.sluice.pipeline.LagReader;
import io.sluice.pipeline.StreamsSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Meters of a whole application, from its topics alone: results and dead letters that come from now
 * on, and the lag. What only the instances know (pending records, tokens, level) is absent.
 */
final class TopicMeters implements MeterSource {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int MOST_POLLS = 20;
  private static final double MILLIS_PER_SECOND = 1000;

  private final PrometheusMeters prometheus = new PrometheusMeters();
  private final Meters meters = prometheus.meters();
  private final ExpertGauges experts = new ExpertGauges(meters);
  private final ResultReader results;
  private final ResultReader deadLetters;
  private final KafkaAvroDeserializer values;
  private final Admin admin;
  private final LagReader lag;

  /**
   * Connects.
   *
   * @param clients settings of every client
   * @throws ExitException if the broker or a topic is not there or refuses the client
   */
  TopicMeters(ApplicationConfig config, Map<String, Object> clients) {
    results = new ResultReader(clients, config.topics().results(), false);
    deadLetters = new ResultReader(clients, config.topics().deadLetters(), false);
    values = AvroClients.deserializer(clients);
    admin = KafkaClients.admin(StreamsSettings.admin(config));
    lag = new LagReader(admin, config);
  }

  @Override
  public Exposition read() throws IOException {
    readResults();
    readDeadLetters();
    try {
      lag.unread()
          .forEach(
              (partition, records) ->
                  meters.gauge(SluiceMeter.LAG, () -> records, Integer.toString(partition)));
    } catch (UnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
    return Exposition.parse(prometheus.scrape());
  }

  private void readResults() {
    for (int i = 0; i < MOST_POLLS; i++) {
      ConsumerRecords<String, byte[]> records = results.poll(POLL);
      if (records.isEmpty()) {
        return;
      }
      records.forEach(this::take);
    }
  }

  private void readDeadLetters() {
    for (int i = 0; i < MOST_POLLS; i++) {
      ConsumerRecords<String, byte[]> records = deadLetters.poll(POLL);
      if (records.isEmpty()) {
        return;
      }
      meters.add(SluiceMeter.RECORDS, records.count(), "rejected");
    }
  }

  private void take(ConsumerRecord<String, byte[]> each) {
    if (each.value() == null) {
      meters.add(SluiceMeter.RECORDS, 1, "tombstone");
      return;
    }
    try {
      if (values.deserialize(each.topic(), each.value()) instanceof TranslationResult result) {
        take(result);
      }
    } catch (SerializationException | InvalidConfigurationException e) {
      meters.add(SluiceMeter.SENSOR_FAILURES, 1);
    }
  }

  private void take(TranslationResult result) {
    meters.add(SluiceMeter.RECORDS, 1, result.getOutcome().name().toLowerCase(Locale.ROOT));
    if (result.getOutcome() == Outcome.EXPIRED) {
      return;
    }
    time(SluiceMeter.END_TO_END, result.getLatency().getTotalMillis());
    time(SluiceMeter.QUEUE, result.getLatency().getQueueMillis());
    time(SluiceMeter.BATCH_WAIT, result.getLatency().getBatchWaitMillis());
    time(SluiceMeter.ENCODE, result.getLatency().getEncodeMillis());
    time(SluiceMeter.DECODE, result.getLatency().getDecodeMillis());
    if (result.getDegraded()) {
      meters.add(SluiceMeter.DEGRADED, 1);
    }
    if (result.getOutcome() == Outcome.TRANSLATED) {
      meters.record(SluiceMeter.QUALITY_SCORE, result.getQuality().getScore());
      meters.record(SluiceMeter.EXPECTED_LOSS, result.getQuality().getExpectedLoss());
      experts.ran(routing(result.getRouting()));
    }
  }

  private void time(SluiceMeter meter, double millis) {
    meters.record(meter, millis / MILLIS_PER_SECOND);
  }

  /** Which experts ran; the rest is not asked for. */
  private static Routing routing(io.sluice.avro.Routing routing) {
    return new Routing(
        RoutingMode.DEFAULT,
        routing.getExpertsPerLayer(),
        routing.getExpertsTotal(),
        routing.getEncoderExpertsPerLayer(),
        routing.getEncoderExpertsTotal(),
        BudgetCause.FULL,
        routing.getBacklogMillis());
  }

  @Override
  public void close() {
    lag.close();
    admin.close(Duration.ofSeconds(1));
    values.close();
    deadLetters.close();
    results.close();
    prometheus.close();
  }
}
