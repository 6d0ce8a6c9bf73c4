package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.sluice.avro.TranslationRequest;
import io.sluice.codec.AvroSchemas;
import io.sluice.codec.RegistryClients;
import io.sluice.pipeline.Access;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.IdleWork;
import io.sluice.pipeline.TopicNames;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.pipeline.UpgradePolicy;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.Requests;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the application does when something is refused, at its start and later: it stops with a
 * reason or waits, no request becomes a dead letter, none is lost.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ITSecuredAccess {
  private static final String APPLICATION = "access-test";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String REQUESTS = SecuredFixture.TOPICS.requests();

  private static SecuredFixture fixture;
  private static RequestFlow flow;
  private static ResultLog results;
  private static ResultLog deadLetters;
  @TempDir private static Path folder;
  private static int states;

  @BeforeAll
  static void start() throws Exception {
    fixture = new SecuredFixture(folder, APPLICATION);
    flow = new RequestFlow(fixture.cluster.unsecured(), REQUESTS);
    results = fixture.log(SecuredFixture.TOPICS.results());
    deadLetters = fixture.log(SecuredFixture.TOPICS.deadLetters());
  }

  @AfterAll
  static void close() {
    if (fixture != null) {
      flow.close();
      results.close();
      deadLetters.close();
      fixture.close();
    }
  }

  @BeforeEach
  void send() {
    flow.send(5);
    flow.finish();
  }

  /** Whatever was refused: with the credentials and grants in order every request has a result. */
  @AfterEach
  void shouldHaveLostNothing() {
    fixture.cluster.password(SecuredFixture.SLUICE, SecuredFixture.secret(SecuredFixture.SLUICE));
    try (TranslationApplication application = application()) {
      application.start();
      await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());
    }
    flow.assertAllOnceInOrder(results);
    assertThat(deadLetters.size()).isZero();
  }

  /** First, because the changelog must not be there yet. */
  @Test
  @Order(1)
  void shouldStopAndNameWhatIsMissingWhenAnyOperationOfTheListIsTakenAway() throws Exception {
    List<Access> single = new ArrayList<>();
    for (Access access : Access.toRun(SecuredFixture.TOPICS, APPLICATION, false)) {
      for (AclOperation operation : access.operations()) {
        single.add(new Access(access.resource(), Set.of(operation)));
      }
    }
    // the changelog is created once only: that grant is taken away first
    single.sort((a, b) -> Boolean.compare(creates(b), creates(a)));
    assertThat(single).hasSize(10);
    assertThat(creates(single.get(0))).isTrue();

    for (Access each : single) {
      flow.send(1);
      flow.finish();
      fixture.cluster.revoke(SecuredFixture.SLUICE, List.of(each));
      String refusal;
      try {
        refusal = refusal();
      } finally {
        fixture.cluster.grant(SecuredFixture.SLUICE, List.of(each));
      }
      assertThat(refusal)
          .as("without %s", each)
          .contains("user sluice", each.resource().name(), "kafka-acls.sh");
      if (creates(each)) {
        // fills the changelog, so that later starts read it
        shouldHaveLostNothing();
      }
    }
  }

  private static boolean creates(Access access) {
    return access.operations().contains(AclOperation.CREATE);
  }

  @Test
  void shouldCreateTopicsWithGrantsOnTopicsOnly() throws Exception {
    assertTranslates("own", IdleWork.NONE, false);
  }

  @Test
  void shouldDoWithoutUpgradesAndEventsWhenTheirTopicsAreNotGranted() throws Exception {
    assertTranslates(
        "old", new IdleWork(UpgradePolicy.ON, false, Duration.ofSeconds(2), 0.005), true);
  }

  /** With the grants of {@code run --create-topics} that do not name upgrades and events. */
  private void assertTranslates(String id, IdleWork idle, boolean events) throws Exception {
    String user = "creator-" + id;
    TopicNames own = new TopicNames(id + ".requests", id + ".results", id + ".dead");
    fixture.cluster.password(user, SecuredFixture.secret(user));
    fixture.cluster.grant(user, Access.toRun(own, id, true));
    fixture.cluster.registry().allow("writer", "secret-of-writer", true);
    Map<String, String> client = new HashMap<>(fixture.properties(user));
    client.put("basic.auth.user.info", "writer:secret-of-writer");
    ApplicationConfig config =
        fixture
            .config(id, folder.resolve(id), client)
            .topics(own)
            .createTopics(true)
            .registerSchemas(true)
            .idleWork(idle)
            .controlEvents(events)
            .build();
    try (TranslationApplication application =
            new TranslationApplication(config, new ScriptedTranslator());
        RequestFlow ownFlow = startAndOpen(application, own.requests());
        ResultLog ownResults = fixture.log(own.results())) {
      ownFlow.send(3);
      ownFlow.finish();
      await().atMost(PATIENCE).until(() -> ownResults.size() >= 3);
      ownFlow.assertAllOnceInOrder(ownResults);
    }
  }

  private static RequestFlow startAndOpen(TranslationApplication application, String topic) {
    application.start();
    return new RequestFlow(fixture.cluster.unsecured(), topic);
  }

  @Test
  void shouldStopAndNameTheUserWhenThePasswordChangesWhileItRuns() throws Exception {
    try (TranslationApplication application = application()) {
      application.start();
      await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());

      fixture.cluster.password(SecuredFixture.SLUICE, "a-new-password");
      flow.send(3);
      flow.finish();

      assertThat(application.await(PATIENCE)).contains(1);
      assertThat(application.refusal().orElseThrow())
          .contains("refuses user sluice", "sasl.jaas.config")
          .doesNotContain(SecuredFixture.secret(SecuredFixture.SLUICE));
    }
  }

  @Test
  void shouldStopWithoutDeadLettersWhenGrantsOnTheOutputsAreTakenAwayWhileItRuns()
      throws Exception {
    List<Access> outputs = Access.toRun(SecuredFixture.TOPICS, APPLICATION, false).subList(1, 3);
    try (TranslationApplication application = application()) {
      application.start();
      await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());

      fixture.cluster.revoke(SecuredFixture.SLUICE, outputs);
      flow.send(3);
      flow.finish();

      assertThat(application.await(PATIENCE)).contains(1);
      assertThat(application.refusal().orElseThrow())
          .contains("user sluice", SecuredFixture.TOPICS.results());
    } finally {
      fixture.cluster.grant(SecuredFixture.SLUICE, outputs);
    }
  }

  @Test
  void shouldWaitWhenTheRegistryRefusesTheCredentialsWhileItRuns() throws Exception {
    int unseen = unseenSchema();
    try (TranslationApplication application = application()) {
      application.start();
      await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());
      fixture.cluster.registry().allow(SecuredFixture.REGISTRY_USER, "changed", false);
      int before = results.size();

      sendWith(unseen, "waits");

      await().atMost(PATIENCE).until(() -> application.pendingRecords() > 0);
      await()
          .during(Duration.ofSeconds(4))
          .atMost(PATIENCE)
          .until(() -> application.pendingRecords() == 1 && deadLetters.size() == 0);
      assertThat(application.await(Duration.ZERO)).isEmpty();
      fixture
          .cluster
          .registry()
          .allow(SecuredFixture.REGISTRY_USER, SecuredFixture.REGISTRY_SECRET, false);
      await().atMost(PATIENCE).until(() -> results.size() == before + 1);
    } finally {
      fixture
          .cluster
          .registry()
          .allow(SecuredFixture.REGISTRY_USER, SecuredFixture.REGISTRY_SECRET, false);
    }
  }

  /** The same fields under another id. */
  private static int unseenSchema() throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                AvroSchemas.published(TranslationRequest.getClassSchema())
                    .toString()
                    .replaceFirst("\"doc\":\"", "\"doc\":\"Again: "));
    try (var registry =
        RegistryClients.create(fixture.cluster.unsecured().schemaRegistryUrl(), Map.of())) {
      return registry.register(REQUESTS + "-value", new AvroSchema(schema));
    }
  }

  private static void sendWith(int schema, String text) throws Exception {
    Map<String, Object> settings = new HashMap<>(ResultLog.clients(fixture.cluster.unsecured()));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      int number = flow.skip();
      byte[] value = Requests.framed(schema, Requests.english(Integer.toString(number), text));
      producer
          .send(new ProducerRecord<>(REQUESTS, flow.key(number), value))
          .get(30, TimeUnit.SECONDS);
    }
  }

  /** Starts the application, which must end by itself; returns what it says. */
  private static String refusal() throws InterruptedException {
    try (TranslationApplication application = application()) {
      try {
        application.start();
      } catch (IllegalStateException e) {
        return e.getMessage();
      }
      Optional<Integer> status = application.await(PATIENCE);
      assertThat(status).contains(1);
      return application.refusal().orElse("none");
    }
  }

  private static TranslationApplication application() {
    states++;
    ApplicationConfig config =
        fixture
            .config(
                APPLICATION,
                folder.resolve("state-" + states),
                fixture.properties(SecuredFixture.SLUICE))
            .build();
    return new TranslationApplication(config, new ScriptedTranslator());
  }
}
