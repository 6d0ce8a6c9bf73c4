package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.avro.TranslationRequest;
import io.sluice.codec.DeadLetterHeaders;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.RecordFlow;
import io.sluice.testing.Requests;
import io.sluice.testing.ResultLog.Seen;
import io.sluice.testing.ScriptedTranslator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records of every size around what broker and producer take: each must have an outcome, however
 * large that outcome would be, and the stream must go on.
 */
class ITRecordSize {
  private static final int LIMIT = FaultReport.count(128 << 10, 2 << 20);
  private static final int STEP = FaultReport.count(120, 60);

  /** How far below the largest record the sizes go: further than what Sluice adds. */
  private static final int SPAN = 2400;

  /** More than what a record has besides its large part, twice. */
  private static final int OVERHEAD = 600;

  private static final List<String> KINDS = List.of("metadata", "text", "garbage", "header", "key");

  private static EmbeddedCluster cluster;

  @TempDir private Path state;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.start();
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private record Sizes(FlowCounts counts, Map<String, Integer> kinds) {}

  @Test
  void shouldGiveEveryRecordAnOutcomeWhenItIsCloseToTheLimit() throws Exception {
    Sizes own = send("own", LIMIT - Math.min(64 << 10, LIMIT / 8), 0);
    Sizes equal = send("equal", LIMIT, LIMIT);
    Sizes tight = send("tight", LIMIT, LIMIT / 2);

    assertThat(own.kinds().keySet())
        .as("topics that Sluice creates have room for every outcome")
        .isEqualTo(Set.of("result", "MALFORMED_RECORD"));
    assertThat(equal.kinds().keySet())
        .containsAll(
            Set.of("result", "RECORD_TOO_LARGE KEEP", "RECORD_TOO_LARGE KEEP without value"))
        .contains("RECORD_TOO_LARGE SEND");
    assertThat(equal.kinds().keySet()).contains("RECORD_TOO_LARGE KEEP without key");
    assertThat(tight.kinds().keySet()).contains("RECORD_TOO_LARGE SEND without value");
    FlowCounts counts = sum(own.counts(), equal.counts(), tight.counts());
    FaultReport.add(
        FaultRow.of(
            15,
            "records close to the broker's size limit",
            ("sizes from %d bytes below the largest upwards, in steps of %d, limit %d bytes; large"
                    + " by text, metadata, header, key, or not a request; topics that Sluice"
                    + " created, all topics of one limit, result and dead-letter topics of half")
                .formatted(SPAN, STEP, LIMIT),
            counts,
            null,
            ("order checked on results only; ordinary records behind them were translated;"
                    + " created topics: %s; one"
                    + " limit: %s; half: %s")
                .formatted(own.kinds(), equal.kinds(), tight.kinds())));
  }

  /** Sends to topics of that limit; 0: those that the application creates. */
  private Sizes send(String name, int requestLimit, int outcomeLimit) throws Exception {
    var config =
        Deployment.config(cluster, cluster.schemaRegistryUrl(), name, state)
            .maxRecordBytes(LIMIT)
            .maxTextBytes(2 * LIMIT)
            .build();
    if (outcomeLimit > 0) {
      create(config.topics().requests(), requestLimit);
      create(config.topics().results(), outcomeLimit);
      create(config.topics().deadLetters(), outcomeLimit);
    }
    // an idempotent producer does not get over a record that the broker refuses
    Map<String, Object> producer =
        Map.of(
            "enable.idempotence",
            false,
            "max.in.flight.requests.per.connection",
            1,
            "max.request.size",
            2 * LIMIT,
            "buffer.memory",
            8L * LIMIT);
    try (Deployment deployment = Deployment.start(cluster, config, new ScriptedTranslator());
        RecordFlow flow = deployment.flow(producer)) {
      String topic = config.topics().requests();
      int schema = flow.requestSchema();
      for (String kind : KINDS) {
        int size = largestAccepted(flow, topic, schema, kind, requestLimit);
        for (int less = SPAN; less >= 0; less -= STEP) {
          flow.send(message(topic, schema, kind, size - less));
        }
        flow.request(kind, schema, "and the stream goes on");
      }
      flow.finish();
      deployment.awaitOutcomes(flow.sent());
      deployment.assertQuiet(flow.sent());
      FlowCounts all = flow.count(deployment.results(), deployment.deadLetters());
      // known: a record too large to keep does not wait for earlier ones of its key
      FlowCounts counts =
          new FlowCounts(
              all.requests(),
              all.outcomes(),
              all.lost(),
              all.doubled(),
              flow.count(deployment.results()).outOfOrder());
      assertThat(counts).isEqualTo(new FlowCounts(flow.sent(), flow.sent(), 0, 0, 0));
      return new Sizes(counts, kinds(deployment));
    }
  }

  /** Finds the largest size that the broker takes, by trying. */
  private static int largestAccepted(
      RecordFlow flow, String topic, int schema, String kind, int limit) {
    int accepted = limit - OVERHEAD;
    int refused = limit + OVERHEAD;
    assertThat(flow.offer(message(topic, schema, kind, accepted))).isTrue();
    assertThat(flow.offer(message(topic, schema, kind, refused))).isFalse();
    while (refused - accepted > 1) {
      int middle = (accepted + refused) / 2;
      if (flow.offer(message(topic, schema, kind, middle))) {
        accepted = middle;
      } else {
        refused = middle;
      }
    }
    return accepted;
  }

  private static void create(String topic, int limit) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServer()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, 4, (short) 1)
                      .configs(Map.of("max.message.bytes", Integer.toString(limit)))))
          .all()
          .get();
    }
  }

  /** A record whose key, value and headers have about that many bytes, exact up to a constant. */
  private static ProducerRecord<String, byte[]> message(
      String topic, int schema, String kind, int size) {
    TranslationRequest request = Requests.english("id", "a short text");
    int rest = size - OVERHEAD / 2;
    ProducerRecord<String, byte[]> message;
    switch (kind) {
      case "text" -> request.setText("a ".repeat(rest / 2) + "b".repeat(rest % 2));
      case "metadata" -> request.setMetadata(Map.of("note", "m".repeat(rest)));
      default -> {}
    }
    byte[] value = Requests.framed(schema, request);
    if (kind.equals("garbage")) {
      value = new byte[rest];
      value[0] = 'g';
    }
    String key = kind.equals("key") ? "k".repeat(rest) : kind;
    message = new ProducerRecord<>(topic, key, value);
    if (kind.equals("header")) {
      message.headers().add("large", new byte[rest]);
    }
    return message;
  }

  private static Map<String, Integer> kinds(Deployment deployment) {
    Map<String, Integer> kinds = new TreeMap<>();
    kinds.put("result", deployment.results().seen().size());
    for (Seen letter : deployment.deadLetters().seen()) {
      String code = header(letter, DeadLetterHeaders.CODE);
      String kind =
          code.equals("MALFORMED_RECORD")
              ? code
              : code + " " + header(letter, DeadLetterHeaders.STAGE);
      String missing =
          letter.raw().key() == null
              ? " without key"
              : letter.raw().value() == null ? " without value" : "";
      kinds.merge(kind + missing, 1, Integer::sum);
    }
    return kinds;
  }

  private static String header(Seen seen, String name) {
    return new String(seen.raw().headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static FlowCounts sum(FlowCounts... all) {
    int requests = 0;
    int outcomes = 0;
    for (FlowCounts each : all) {
      requests += each.requests();
      outcomes += each.outcomes();
    }
    return new FlowCounts(requests, outcomes, 0, 0, 0);
  }
}
