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
        .containsEntry("max.partition.fetch.bytes", 256 << 10)
        .containsEntry("isolation.level", "read_committed");
    assertThat(parsed.getProducerConfigs("client"))
        .containsEntry("max.request.size", 2 << 20)
        .containsEntry("compression.type", "gzip");
  }

  @Test
  void shouldGiveClientPropertiesToEveryClient() {
    ApplicationConfig config =
        config().clientProperties(Map.of("security.protocol", "SASL_SSL")).build();
    StreamsConfig parsed = new StreamsConfig(StreamsSettings.streams(config));

    assertThat(parsed.getMainConsumerConfigs("a", "b", 0))
        .containsEntry("security.protocol", "SASL_SSL");
    assertThat(parsed.getProducerConfigs("b")).containsEntry("security.protocol", "SASL_SSL");
    assertThat(parsed.getAdminConfigs("b")).containsEntry("security.protocol", "SASL_SSL");
    assertThat(StreamsSettings.admin(config)).containsEntry("security.protocol", "SASL_SSL");
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
