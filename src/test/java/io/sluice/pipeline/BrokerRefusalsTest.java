package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class BrokerRefusalsTest {
  private static final List<Access> NEEDED = Access.toRun(TopicNames.DEFAULT, "app", false);
  private final BrokerRefusals refusals =
      new BrokerRefusals(
          Map.of(
              "bootstrap.servers", "h:1",
              "sasl.mechanism", "PLAIN",
              "sasl.jaas.config", "a.Module required username='joe' password='a secret';"),
          NEEDED);

  @Test
  void shouldNameTopicUserAndGrantWhenATopicIsRefused() {
    Throwable failure =
        new ExecutionException(new TopicAuthorizationException(Set.of("translation.results.v1")));

    assertThat(refusals.describe(failure).orElseThrow())
        .isEqualTo(
            "the broker h:1 does not allow user joe what it needs of topic translation.results.v1;"
                + " grant it:\n  kafka-acls.sh --bootstrap-server h:1 --add --allow-principal"
                + " User:joe --operation Write --operation DescribeConfigs --topic"
                + " translation.results.v1");
  }

  @Test
  void shouldFindThePrefixWhenAnInternalTopicIsRefused() {
    assertThat(
            refusals
                .describe(new TopicAuthorizationException(Set.of("app-pending-changelog")))
                .orElseThrow())
        .contains("--topic app- --resource-pattern-type prefixed");
  }

  @Test
  void shouldNameGroupAndTransactionalIds() {
    assertThat(refusals.describe(GroupAuthorizationException.forGroupId("app")).orElseThrow())
        .contains("group app", "--operation Read --group app");
    assertThat(
            refusals.describe(new TransactionalIdAuthorizationException("refused")).orElseThrow())
        .contains("transactional id app-", "--operation Write --transactional-id app-");
  }

  @Test
  void shouldNameTheUserAndNotThePasswordWhenTheLoginIsRefused() {
    assertThat(refusals.describe(new SaslAuthenticationException("no")).orElseThrow())
        .isEqualTo(
            "the broker h:1 refuses user joe (SASL PLAIN): no: check sasl.mechanism and"
                + " sasl.jaas.config in --command-config");
  }

  @Test
  void shouldNameTheTruststoreWhenTheHandshakeFails() {
    assertThat(
            refusals
                .describe(
                    new SslAuthenticationException("failed", new IOException("no valid path")))
                .orElseThrow())
        .contains("no valid path", "ssl.truststore.location");
  }

  @Test
  void shouldNameTheSettingsWhenAClientCannotBeBuilt() {
    Throwable failure =
        new KafkaException("Failed to construct x", new KafkaException("no such store"));

    assertThat(refusals.describe(failure).orElseThrow())
        .contains("Failed to construct x: no such store", "--command-config");
  }

  @Test
  void shouldSayNothingWhenTheBrokerIsAway() {
    assertThat(refusals.describe(new TimeoutException("away"))).isEmpty();
  }

  @Test
  void shouldCompareWithWhatTheBrokerLists() {
    assertThat(refusals.lacking(ResourceType.GROUP, "app", Set.of(AclOperation.READ))).isEmpty();
    assertThat(
            refusals
                .lacking(ResourceType.TOPIC, "translation.results.v1", Set.of(AclOperation.WRITE))
                .orElseThrow())
        .contains("--operation DescribeConfigs");
  }

  @Test
  void shouldBeListedInTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Stream.of(
            Access.toRun(TopicNames.DEFAULT, "sluice", true).stream()
                .map(access -> access.arguments("sluice")),
            Access.toUpgrade(TopicNames.DEFAULT, "sluice", true).stream()
                .map(access -> access.arguments("sluice")),
            Access.toReport(TopicNames.DEFAULT, true).stream()
                .map(access -> access.arguments("sluice")),
            Access.toProduce("translation.requests.v1").stream()
                .map(access -> access.arguments("sender")),
            Access.toConsume("translation.results.v1").stream()
                .map(access -> access.arguments("reader")))
        .flatMap(lines -> lines)
        .forEach(line -> assertThat(readme).contains("$acl " + line + "\n"));
  }
}
