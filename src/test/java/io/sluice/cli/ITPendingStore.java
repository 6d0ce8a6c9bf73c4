package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.batching.BatchLimits;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.Drain;
import io.sluice.pipeline.PendingStore;
import io.sluice.pipeline.TopicNames;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to pending records when the topics change under them. */
class ITPendingStore {
  private static final int PENDING = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static EmbeddedCluster cluster;
  private static Admin admin;
  private static int tests;

  private final Semaphore batches = new Semaphore(0);
  private final ScriptedTranslator translator = new ScriptedTranslator();
  private final String id = "store-" + ++tests;
  private final TopicNames topics = new TopicNames(id + ".in", id + ".out", id + ".dlq");
  @TempDir private Path state;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.start();
    admin = Admin.create(ResultLog.clients(cluster));
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      admin.close();
      cluster.close();
    }
  }

  @AfterEach
  void letBatchesEnd() {
    batches.release(Integer.MAX_VALUE / 4);
  }

  @Test
  void shouldLoseNothingWhenPartitionsAreAddedWhileRecordsArePending() throws Exception {
    createTopics(2);
    try (RequestFlow flow = flow();
        ResultLog results = new ResultLog(cluster, topics.results())) {
      leavePending(flow);
      addPartitions(topics.requests(), 4);

      assertThat(doctor())
          .contains("FAIL pending: " + id + ".in has 4 partitions")
          .contains("has 2, 40 records pending (partition 0: ")
          .contains("--alter --topic " + id + "-pending-changelog --partitions 4");
      assertThatThrownBy(() -> application(false).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("--create-topics");

      batches.release(Integer.MAX_VALUE / 4);
      try (TranslationApplication grown = application(true)) {
        grown.start();
        await().atMost(PATIENCE).until(() -> sendUntilNewPartitionsAreUsed(flow, 2));
        awaitAllOnce(flow, results);
      }
      assertThat(look().detail()).contains("4 partitions, nothing pending");
    }
  }

  @Test
  void shouldGrowTheChangelogWhenPartitionsAreAddedWhileItRuns() throws Exception {
    createTopics(2);
    batches.release(Integer.MAX_VALUE / 4);
    try (TranslationApplication application = application(true);
        RequestFlow flow = flow();
        ResultLog results = new ResultLog(cluster, topics.results())) {
      application.start();
      flow.send(PENDING);
      awaitAllOnce(flow, results);

      addPartitions(topics.requests(), 3);
      await().atMost(PATIENCE).until(() -> sendUntilNewPartitionsAreUsed(flow, 2));
      awaitAllOnce(flow, results);
      assertThat(application.state()).isEqualTo(KafkaStreams.State.RUNNING);
      assertThat(look().changelogPartitions()).isEqualTo(3);
    }
  }

  @Test
  void shouldEndWithStatusOneWhenPartitionsAreAddedAndItMayNotGrowTheChangelog() throws Exception {
    createTopics(2);
    batches.release(Integer.MAX_VALUE / 4);
    try (TranslationApplication application = application(false);
        RequestFlow flow = flow();
        ResultLog results = new ResultLog(cluster, topics.results())) {
      application.start();
      flow.send(PENDING);
      awaitAllOnce(flow, results);

      addPartitions(topics.requests(), 3);
      assertThat(application.await(PATIENCE)).contains(1);
    }
  }

  @Test
  void shouldRefuseToStartWhenTheTopicWasMadeAgainWithFewerPartitions() throws Exception {
    createTopics(3);
    try (RequestFlow flow = flow();
        ResultLog results = new ResultLog(cluster, topics.results())) {
      leavePending(flow);
      makeAgain(2);

      assertThat(doctor()).contains("do not delete the changelog, it has the only copy");
      assertThatThrownBy(() -> application(true).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("--alter --topic " + id + ".in --partitions 3")
          .hasMessageContaining("run --drain --application-id " + id);

      addPartitions(topics.requests(), 3);
      assertThat(drain()).isEqualTo(new Drain.Report(PENDING, ""));
      awaitAllOnce(flow, results);
    }
  }

  @Test
  void shouldFinishOldRecordsFirstWhenTheTopicWasMadeAgain() throws Exception {
    createTopics(2);
    try (RequestFlow flow = flow();
        ResultLog results = new ResultLog(cluster, topics.results())) {
      leavePending(flow);
      makeAgain(2);

      assertThatThrownBy(() -> application(true).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("made again");
      assertThat(drain()).isEqualTo(new Drain.Report(PENDING, ""));
      awaitAllOnce(flow, results);
      try (TranslationApplication next = application(false)) {
        next.start();
        flow.send(PENDING);
        awaitAllOnce(flow, results);
      }
    }
  }

  @Test
  void shouldWarnWhenAnotherApplicationIdHasLeftRecordsBehind() throws Exception {
    createTopics(2);
    try (RequestFlow flow = flow()) {
      leavePending(flow);

      assertThat(doctor("--application-id", "brand-new"))
          .contains("WARN pending of application id " + id + ": 40 records pending")
          .contains("./sluice run --drain --application-id " + id);
      assertThat(drain().finished()).isEqualTo(PENDING);
      assertThat(doctor("--application-id", "brand-new")).doesNotContain("WARN pending");
    }
  }

  /** Takes records and finishes none. */
  private void leavePending(RequestFlow flow) {
    try (TranslationApplication application = application(false)) {
      application.start();
      flow.send(PENDING);
      flow.finish();
      await().atMost(PATIENCE).until(() -> look().pending() == PENDING);
    }
    assertThat(look().pending()).isEqualTo(PENDING);
  }

  private Drain.Report drain() throws InterruptedException {
    batches.release(Integer.MAX_VALUE / 4);
    Drain drain = new Drain(config(false), records -> {});
    try (TranslationApplication application = application(false)) {
      PendingStore before = drain.look();
      application.startDrain();
      return drain.finish(application, before);
    }
  }

  private PendingStore look() {
    return new Drain(config(false), records -> {}).look();
  }

  private String doctor(String... more) {
    StringWriter out = new StringWriter();
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of(
                "doctor",
                "--bootstrap-server=" + cluster.bootstrapServer(),
                "--requests-topic=" + topics.requests(),
                "--results-topic=" + topics.results(),
                "--dlq-topic=" + topics.deadLetters()));
    arguments.addAll(more.length == 0 ? List.of("--application-id", id) : List.of(more));
    PrintWriter writer = new PrintWriter(out, true);
    Main.run(Map.of(), writer, writer, arguments.toArray(String[]::new));
    return out.toString();
  }

  private TranslationApplication application(boolean create) {
    translator.script(batch -> batches.acquireUninterruptibly());
    return new TranslationApplication(config(create), translator);
  }

  private ApplicationConfig config(boolean create) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId(id)
        .topics(topics)
        .createTopics(create)
        .replicationFactor(1)
        .workers(1)
        .batchLimits(new BatchLimits(16, 1024, Duration.ofMillis(20)))
        .sessionTimeout(Duration.ofSeconds(3))
        .kafkaOverrides(Map.of("consumer.metadata.max.age.ms", "1000"))
        .stateDir(state)
        .build();
  }

  private RequestFlow flow() {
    Map<String, Object> settings = new HashMap<>(ResultLog.clients(cluster));
    settings.put("metadata.max.age.ms", "500");
    return new RequestFlow(settings, topics.requests());
  }

  private boolean sendUntilNewPartitionsAreUsed(RequestFlow flow, int firstNew) throws Exception {
    flow.send(11);
    flow.finish();
    TopicPartition added = new TopicPartition(topics.requests(), firstNew);
    return admin.listOffsets(Map.of(added, OffsetSpec.latest())).all().get().get(added).offset()
        > 0;
  }

  private static void awaitAllOnce(RequestFlow flow, ResultLog results) {
    flow.finish();
    await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(5))
        .until(() -> results.size() == flow.sent());
    FlowCounts counts = flow.count(results);
    assertThat(counts.lost()).isZero();
    assertThat(counts.doubled()).isZero();
  }

  private void createTopics(int partitions) throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic(topics.requests(), partitions, (short) 1),
                new NewTopic(topics.results(), 2, (short) 1),
                new NewTopic(topics.deadLetters(), 2, (short) 1)))
        .all()
        .get(30, TimeUnit.SECONDS);
  }

  private static void addPartitions(String topic, int count) throws Exception {
    admin
        .createPartitions(Map.of(topic, NewPartitions.increaseTo(count)))
        .all()
        .get(30, TimeUnit.SECONDS);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                admin
                        .describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic)
                        .partitions()
                        .size()
                    == count);
  }

  private void makeAgain(int partitions) throws Exception {
    admin.deleteTopics(List.of(topics.requests())).all().get(30, TimeUnit.SECONDS);
    await()
        .atMost(PATIENCE)
        .until(() -> !admin.listTopics().names().get().contains(topics.requests()));
    admin
        .createTopics(List.of(new NewTopic(topics.requests(), partitions, (short) 1)))
        .all()
        .get(30, TimeUnit.SECONDS);
    await()
        .atMost(PATIENCE)
        .until(() -> admin.listTopics().names().get().contains(topics.requests()));
  }
}
