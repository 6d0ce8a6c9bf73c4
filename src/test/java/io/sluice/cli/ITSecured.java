package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cli.SecuredFixture.Outcome;
import io.sluice.pipeline.Access;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SluiceProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands on a secured cluster: SASL/SCRAM over TLS, ACLs, a registry behind TLS with basic
 * authentication. Each principal may do only what its list says.
 */
class ITSecured {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String REQUESTS = SecuredFixture.TOPICS.requests();
  private static final String RESULTS = SecuredFixture.TOPICS.results();
  private static final String DEAD_LETTERS = SecuredFixture.TOPICS.deadLetters();

  private static SecuredFixture fixture;
  private static Path lines;
  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws Exception {
    fixture = new SecuredFixture(folder, SecuredFixture.SLUICE);
    lines = Files.writeString(folder.resolve("lines.txt"), "A dog runs.\nTwo men.\n");
  }

  @AfterAll
  static void close() {
    if (fixture != null) {
      fixture.close();
    }
  }

  @Test
  void shouldTranslateWithTheListedAccessAndStopWhenItIsTakenAway() throws Exception {
    try (SluiceProcess run = startRun();
        ResultLog results = fixture.log(RESULTS);
        ResultLog deadLetters = fixture.log(DEAD_LETTERS)) {
      Outcome produced = produce();
      assertThat(produced.status()).as(produced.err()).isZero();
      sendNoRequest();
      await()
          .atMost(PATIENCE)
          .until(() -> !run.isAlive() || results.size() >= 2 && deadLetters.size() >= 1);
      assertThat(run.isAlive()).as(() -> tail(run)).isTrue();

      Path reader = fixture.write("reader.properties", withFileSecrets(SecuredFixture.READER));
      Outcome consumed =
          fixture.command(reader, "consume", "--from-beginning", "--max=2", "--timeout=30s");
      assertThat(consumed.status()).as(consumed.err()).isZero();
      assertThat(consumed.out().lines()).hasSize(2);
      Map<String, String> stranger = new TreeMap<>(fixture.properties(SecuredFixture.READER));
      stranger.put("basic.auth.user.info", "stranger:not-the-password");
      Outcome refused =
          fixture.command(
              fixture.write("stranger.properties", stranger),
              "consume",
              "--from-beginning",
              "--max=1");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).contains("refuses user stranger (401)");
      Outcome doctor = fixture.command(sluiceFile(), "doctor");
      assertThat(doctor.out()).contains("ok   broker", "ok   topics", "ok   registry");
      assertThat(doctor.status()).as(doctor.out()).isZero();

      List<Access> reading =
          Access.toRun(SecuredFixture.TOPICS, SecuredFixture.SLUICE, false).subList(0, 1);
      fixture.cluster.revoke(SecuredFixture.SLUICE, reading);
      try {
        assertThat(run.await(PATIENCE)).isEqualTo(1);
        assertThat(deadLetters.size()).isEqualTo(1);
        assertThat(fixture.command(sluiceFile(), "doctor").out())
            .contains("FAIL topic " + REQUESTS, "user sluice", "--operation Read");
      } finally {
        fixture.cluster.grant(SecuredFixture.SLUICE, reading);
      }

      assertThat(run.output())
          .contains(
              "does not allow user sluice what it needs of topic " + REQUESTS,
              "--allow-principal User:sluice --operation Read --topic " + REQUESTS,
              // the log says what happens at every level
              "DEBUG");
      for (String secret : fixture.secrets()) {
        assertThat(run.output()).as("output of run").doesNotContain(secret);
        assertThat(produced.err() + consumed.out() + consumed.err() + doctor.out())
            .doesNotContain(secret);
      }
    }
  }

  /** With secrets in its environment, in a file and in a folder, and a log of everything. */
  private static SluiceProcess startRun() throws Exception {
    Path logback =
        Files.writeString(
            folder.resolve("everything.xml"),
            """
            <configuration>
              <appender name="A" class="ch.qos.logback.core.ConsoleAppender">
                <target>System.err</target>
                <encoder><pattern>%-5level %logger{0} - %msg%n%ex</pattern></encoder>
              </appender>
              <root level="DEBUG"><appender-ref ref="A"/></root>
              <logger name="org.apache.kafka.clients.consumer.internals" level="INFO"/>
              <logger name="org.apache.kafka.streams.processor.internals" level="INFO"/>
              <logger name="org.apache.kafka.clients.FetchSessionHandler" level="INFO"/>
              <logger name="org.apache.kafka.clients.producer.internals" level="INFO"/>
              <logger name="org.apache.kafka.clients.NetworkClient" level="INFO"/>
            </configuration>
            """);
    Map<String, String> client = withFileSecrets(SecuredFixture.SLUICE);
    client.put(
        "sasl.jaas.config", SecuredFixture.jaas(SecuredFixture.SLUICE, "${env:SECRET_OF_SLUICE}"));
    client.put("config.providers", "env,file,directory");
    Files.writeString(folder.resolve("store"), fixture.cluster.trustPassword());
    client.put("ssl.truststore.password", "${directory:" + folder + ":store}");
    return SluiceProcess.start(
        Path.of("target", "secured", "run.log"),
        List.of("-Xmx1g", "-Dlogback.configurationFile=" + logback),
        Map.of(
            "SECRET_OF_SLUICE", SecuredFixture.secret(SecuredFixture.SLUICE),
            "SLUICE_LOG_LEVEL", "DEBUG",
            "SLUICE_COMMAND_CONFIG", fixture.write("run.properties", client).toString()),
        List.of(
            "run",
            "--stacktrace",
            "--bootstrap-server=" + fixture.cluster.bootstrapServer(),
            "--schema-registry-url=" + fixture.cluster.registry().url(),
            "--register-schemas=false",
            "--replication-factor=1",
            "--state-dir=" + folder.resolve("state")));
  }

  /** Every secret is in another file. */
  private static Map<String, String> withFileSecrets(String user) {
    Map<String, String> secrets = new TreeMap<>();
    secrets.put("kafka", SecuredFixture.secret(user));
    secrets.put("store", fixture.cluster.trustPassword());
    secrets.put("registry", SecuredFixture.REGISTRY_USER + ":" + SecuredFixture.REGISTRY_SECRET);
    Path file = fixture.write(user + ".secrets", secrets);
    Map<String, String> client = new TreeMap<>(fixture.properties(user));
    client.put("config.providers", "file");
    client.put("sasl.jaas.config", SecuredFixture.jaas(user, "${file:" + file + ":kafka}"));
    client.put("ssl.truststore.password", "${file:" + file + ":store}");
    client.put("schema.registry.ssl.truststore.password", "${file:" + file + ":store}");
    client.put("basic.auth.user.info", "${file:" + file + ":registry}");
    return client;
  }

  private static Path sluiceFile() {
    return fixture.write("sluice.properties", withFileSecrets(SecuredFixture.SLUICE));
  }

  private static Outcome produce() {
    Path sender = fixture.write("sender.properties", withFileSecrets(SecuredFixture.SENDER));
    return fixture.command(
        sender, "produce", "--register-schemas=false", "--from=en", "--to=de", lines.toString());
  }

  private static void sendNoRequest() throws Exception {
    Map<String, Object> settings = new HashMap<>(ResultLog.clients(fixture.cluster.unsecured()));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(REQUESTS, "no request".getBytes(StandardCharsets.UTF_8)))
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static String tail(SluiceProcess run) {
    String output = run.output();
    return output.substring(Math.max(0, output.length() - 4000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "produce", "consume", "doctor"})
  void shouldNameTheUserWhenThePasswordIsWrong(String command) {
    Outcome outcome =
        failing(command, "sasl.jaas.config", SecuredFixture.jaas("sender", "not-the-password"));

    assertThat(outcome.out() + outcome.err())
        .contains("refuses user sender", "sasl.jaas.config")
        .doesNotContain("not-the-password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "produce", "consume", "doctor"})
  void shouldNameTheTruststoreWhenTheBrokersCertificateIsNotTrusted(String command) {
    Outcome outcome = failing(command, "ssl.truststore.location", fixture.untrusted.toString());

    assertThat(outcome.out() + outcome.err())
        .contains("no TLS connection to the broker", " ssl.truststore.location");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "produce", "doctor"})
  void shouldNameTheRegistryAndTheUserWhenItsPasswordIsWrong(String command) {
    Outcome outcome = failing(command, "basic.auth.user.info", "registry-user:not-the-password");

    assertThat(outcome.out() + outcome.err())
        .contains(fixture.cluster.registry().url() + " refuses user registry-user (401)")
        .doesNotContain("not-the-password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "produce", "doctor"})
  void shouldNameTheTruststoreWhenTheRegistrysCertificateIsNotTrusted(String command) {
    Outcome outcome =
        failing(command, "schema.registry.ssl.truststore.location", fixture.untrusted.toString());

    assertThat(outcome.out() + outcome.err())
        .contains("no TLS connection to the schema registry", "schema.registry.ssl.truststore");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "produce"})
  void shouldSayHowToGoOnWhenTheRegistryDoesNotLetTheUserWrite(String command) {
    Outcome outcome = fixture.command(senderFile(Map.of()), arguments(command, "true"));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("does not allow user registry-user (403)", "--register-schemas false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "produce", "consume", "doctor"})
  void shouldNameTheTopicAndTheGrantWhenItIsMissing(String command) {
    String[] arguments = arguments(command, "false");
    if (command.equals("produce")) {
      arguments[1] = "--topic=" + RESULTS;
    }
    Outcome outcome = fixture.command(senderFile(Map.of()), arguments);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out() + outcome.err())
        .contains("user sender what it needs of topic ", "kafka-acls.sh", "User:sender");
  }

  @Test
  void shouldNameTheVariableWhenItHasNoValue() {
    Outcome outcome =
        failing(
            "produce",
            Map.of(
                "config.providers", "env", "ssl.truststore.password", "${env:NOT_SET_ANYWHERE}"));

    assertThat(outcome.err())
        .contains("no value for ${env:NOT_SET_ANYWHERE} of ssl.truststore.password");
  }

  private static Outcome failing(String command, String key, String value) {
    return failing(command, Map.of(key, value));
  }

  private static Outcome failing(String command, Map<String, String> changes) {
    Outcome outcome = fixture.command(senderFile(changes), arguments(command, "false"));
    assertThat(outcome.status()).as(outcome.out() + outcome.err()).isEqualTo(1);
    return outcome;
  }

  private static Path senderFile(Map<String, String> changes) {
    Map<String, String> client = new TreeMap<>(fixture.properties(SecuredFixture.SENDER));
    client.putAll(changes);
    return fixture.write("failing.properties", client);
  }

  private static String[] arguments(String command, String register) {
    return switch (command) {
      case "run" ->
          new String[] {
            "run",
            "--register-schemas=" + register,
            "--replication-factor=1",
            "--state-dir=" + folder.resolve("none")
          };
      case "produce" ->
          new String[] {
            "produce",
            "--topic=" + REQUESTS,
            "--register-schemas=" + register,
            "--from=en",
            "--to=de",
            lines.toString()
          };
      case "consume" -> new String[] {"consume", "--timeout=5s"};
      default -> new String[] {command};
    };
  }
}
