package io.sluice.cli;

import io.sluice.codec.RegistryClients;
import io.sluice.codec.SchemaSetup;
import io.sluice.pipeline.Access;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TopicNames;
import io.sluice.testing.Certificates;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SecuredCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A secured cluster with topics, registered schemas and three principals, each with what the list
 * of its command says and nothing else; all of them may only read in the registry. One thread.
 */
final class SecuredFixture implements AutoCloseable {
  static final TopicNames TOPICS = TopicNames.DEFAULT;
  static final String SLUICE = "sluice";
  static final String SENDER = "sender";
  static final String READER = "reader";
  static final String REGISTRY_USER = "registry-user";
  static final String REGISTRY_SECRET = "secret-of-the-registry-user";

  /** What a command ended with and printed. */
  record Outcome(int status, String out, String err) {}

  final SecuredCluster cluster;
  final Path folder;
  final Path untrusted;

  SecuredFixture(Path folder, String applicationId) throws Exception {
    this.folder = folder;
    this.cluster = SecuredCluster.start(folder);
    this.untrusted = Certificates.create(folder, "other", cluster.trustPassword()).trust();
    cluster
        .admin()
        .createTopics(
            List.of(
                new NewTopic(TOPICS.requests(), 2, (short) 1),
                new NewTopic(TOPICS.results(), 2, (short) 1),
                new NewTopic(TOPICS.deadLetters(), 1, (short) 1)))
        .all()
        .get(30, TimeUnit.SECONDS);
    for (String user : List.of(SLUICE, SENDER, READER)) {
      cluster.password(user, secret(user));
    }
    cluster.grant(SLUICE, Access.toRun(TOPICS, applicationId, false));
    cluster.grant(SENDER, Access.toProduce(TOPICS.requests()));
    cluster.grant(READER, Access.toConsume(TOPICS.results()));
    cluster.registry().allow(REGISTRY_USER, REGISTRY_SECRET, false);
    try (var registry = RegistryClients.create(cluster.unsecured().schemaRegistryUrl(), Map.of())) {
      new SchemaSetup(registry, true).ensure(TOPICS.requests(), TOPICS.results());
    }
  }

  static String secret(String user) {
    return "secret-of-" + user;
  }

  /** Everything that must never be printed. */
  List<String> secrets() {
    return List.of(
        secret(SLUICE), secret(SENDER), secret(READER), REGISTRY_SECRET, cluster.trustPassword());
  }

  /** What {@code --command-config} needs for a user. */
  Map<String, String> properties(String user) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "SCRAM-SHA-512");
    properties.put("sasl.jaas.config", jaas(user, secret(user)));
    properties.put("ssl.truststore.location", cluster.trust().toString());
    properties.put("ssl.truststore.type", "PKCS12");
    properties.put("ssl.truststore.password", cluster.trustPassword());
    properties.put("schema.registry.ssl.truststore.location", cluster.trust().toString());
    properties.put("schema.registry.ssl.truststore.type", "PKCS12");
    properties.put("schema.registry.ssl.truststore.password", cluster.trustPassword());
    properties.put("basic.auth.credentials.source", "USER_INFO");
    properties.put("basic.auth.user.info", REGISTRY_USER + ":" + REGISTRY_SECRET);
    return properties;
  }

  static String jaas(String user, String secret) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\""
            .formatted(user)
        + " password=\"%s\";".formatted(secret);
  }

  /** Writes a properties file. */
  Path write(String name, Map<String, String> properties) {
    String text =
        properties.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue() + "\n")
            .collect(Collectors.joining());
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings of {@code run} for the translator of a test. */
  ApplicationConfig.Builder config(String applicationId, Path state, Map<String, String> client) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.registry().url())
        .applicationId(applicationId)
        .clientProperties(client)
        .registerSchemas(false)
        .replicationFactor(1)
        .schemaGrace(Duration.ofSeconds(2))
        .sessionTimeout(Duration.ofSeconds(2))
        .kafkaOverrides(Map.of("producer.transaction.timeout.ms", "3000"))
        .stateDir(state);
  }

  /** Runs a command in this process. */
  Outcome command(Path commandConfig, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            Map.of(
                "SLUICE_BOOTSTRAP_SERVER", cluster.bootstrapServer(),
                "SLUICE_SCHEMA_REGISTRY_URL", cluster.registry().url(),
                "SLUICE_COMMAND_CONFIG", commandConfig.toString()),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments);
    return new Outcome(status, out.toString(), err.toString());
  }

  ResultLog log(String topic) {
    return new ResultLog(cluster.unsecured(), topic);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
