package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {
  private static ApplicationConfig.Builder config() {
    return ApplicationConfig.builder("broker:9092", "http://registry");
  }

  @Test
  void shouldBeExactlyOnceAndBounded() {
    Properties settings =
        StreamsSettings.streams(
            config().applicationId("app").sessionTimeout(Duration.ofSeconds(6)).build());
    StreamsConfig parsed = new StreamsConfig(settings);

    assertThat(settings)
        .containsEntry("processing.guarantee", "exactly_once_v2")
        .containsEntry("commit.interval.ms", 50L)
        .containsEntry("poll.ms", 10L)
        .containsEntry("buffered.records.per.partition", 4)
        .containsEntry("replication.factor", "-1");
    Map<String, Object> consumer = parsed.getMainConsumerConfigs("app", "client", 0);
    assertThat(consumer)
        .containsEntry("session.timeout.ms", 6000)
        .containsEntry("max.partition.fetch.bytes", 32 << 10)
        .containsEntry("isolation.level", "read_committed");
    assertThat(parsed.getProducerConfigs("client"))
        .containsEntry("max.request.size", 2 << 20)
        .containsEntry("compression.type", "gzip");
  }

  @Test
  void shouldGiveAnInstanceThatJoinsItsShareAtOnce() {
    assertThat(StreamsSettings.streams(config().build()))
        .as("a long changelog holds few records: nothing is warmed up first")
        .containsEntry("acceptable.recovery.lag", Long.MAX_VALUE)
        .as("if the broker could not say how long it is")
        .containsEntry("probing.rebalance.interval.ms", 60_000L);
  }

  @Test
  void shouldTellWhatTheProducerTakesWhoeverHasSetIt() {
    ApplicationConfig smaller =
        config().kafkaOverrides(Map.of("producer.max.request.size", "1000000")).build();

    assertThat(StreamsSettings.maxRequestBytes(config().build())).isEqualTo(2 << 20);
    assertThat(StreamsSettings.maxRequestBytes(smaller)).isEqualTo(1_000_000);
  }

  @Test
  void shouldGiveClientPropertiesToEveryClient() {
    Map<String, String> secured =
        Map.of(
            "security.protocol", "SASL_SSL",
            "sasl.jaas.config", "the module required;",
            "ssl.truststore.location", "/trust.p12");
    ApplicationConfig config = config().clientProperties(secured).build();
    StreamsConfig parsed = new StreamsConfig(StreamsSettings.streams(config));

    assertThat(parsed.getMainConsumerConfigs("a", "b", 0)).containsAllEntriesOf(secured);
    assertThat(parsed.getRestoreConsumerConfigs("b")).containsAllEntriesOf(secured);
    assertThat(parsed.getGlobalConsumerConfigs("b")).containsAllEntriesOf(secured);
    assertThat(parsed.getProducerConfigs("b")).containsAllEntriesOf(secured);
    assertThat(parsed.getAdminConfigs("b")).containsAllEntriesOf(secured);
    assertThat(StreamsSettings.admin(config)).containsAllEntriesOf(secured);
  }

  @Test
  void shouldNotShowValuesOfClientPropertiesInText() {
    ApplicationConfig config =
        config().clientProperties(Map.of("ssl.key.password", "a secret")).build();

    assertThat(config.toString()).contains("ssl.key.password").doesNotContain("a secret");
  }

  @Test
  void shouldLetOverridesWin() {
    ApplicationConfig config =
        config()
            .kafkaOverrides(
                Map.of("commit.interval.ms", "99", "consumer.session.timeout.ms", "7000"))
            .build();

    assertThat(StreamsSettings.streams(config)).containsEntry("commit.interval.ms", "99");
    assertThat(
            new StreamsConfig(StreamsSettings.streams(config)).getMainConsumerConfigs("a", "b", 0))
        .hasEntrySatisfying("session.timeout.ms", value -> assertThat(value).hasToString("7000"));
  }

  @Test
  void shouldRefuseToGiveUpExactlyOnce() {
    ApplicationConfig config =
        config().kafkaOverrides(Map.of("processing.guarantee", "at_least_once")).build();

    assertThatThrownBy(() -> StreamsSettings.streams(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("processing.guarantee");
  }
}
