package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dispatch.DispatchLimits;
import io.sluice.domain.RejectionCode;
import io.sluice.testing.MutatedRequests;
import io.sluice.testing.OddSchemas;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Mutated records through topology and dispatcher: results and dead letters are all records. */
class TopologyFuzzTest {
  private static final TopicNames TOPICS = new TopicNames("requests", "results", "dead");
  private static final int RECORDS = Integer.getInteger("records", 5_000);
  private static final int LIMIT = 100_000;
  private static final int AT_ONCE = 50;

  @Test
  void shouldSendOneOutcomeForEachMutatedRecord() throws Exception {
    TopologyFixture fixture =
        new TopologyFixture(
            RecordLimits.of(LIMIT), new DispatchLimits(1000, 1 << 24, Duration.ZERO));
    List<Integer> ids = new ArrayList<>(List.of(fixture.ids.request()));
    ids.addAll(OddSchemas.register(fixture.registry));
    MutatedRequests records = new MutatedRequests(10, ids);
    TranslationTopology topology =
        new TranslationTopology(TOPICS, LIMIT, false, fixture.dispatcher, fixture.writer);
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            topology.get(),
            StreamsSettings.streams(ApplicationConfig.of("unused:9092", "http://unused")))) {
      TestInputTopic<byte[], byte[]> requests =
          driver.createInputTopic("requests", new ByteArraySerializer(), new ByteArraySerializer());
      Outcomes outcomes = new Outcomes(driver);
      for (int number = 0; number < RECORDS; number++) {
        requests.pipeInput(key(number), records.next());
        if (number % AT_ONCE == AT_ONCE - 1) {
          step(fixture, driver);
          outcomes.read();
        }
      }
      step(fixture, driver);
      outcomes.read();

      assertThat(outcomes.numbers).hasSize(RECORDS);
      assertThat(outcomes.count).isEqualTo(RECORDS);
      assertThat(outcomes.codes)
          .contains("MALFORMED_RECORD", "INVALID_TEXT")
          .isSubsetOf(contract());
      assertThat(fixture.dispatcher.openRecords()).isZero();
      assertThat(fixture.dispatcher.openBytes()).isZero();
      try (var pending = driver.getKeyValueStore(TranslationTopology.PENDING).all()) {
        assertThat(pending.hasNext()).isFalse();
      }
    }
  }

  private static void step(TopologyFixture fixture, TopologyTestDriver driver) {
    fixture.dispatcher.runPending();
    driver.advanceWallClockTime(Duration.ofMillis(10));
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  /** All codes of the contract but the one that means a defect. */
  private static Set<String> contract() {
    Set<String> codes = new TreeSet<>();
    for (RejectionCode code : RejectionCode.values()) {
      if (code != RejectionCode.INTERNAL) {
        codes.add(code.name());
      }
    }
    return codes;
  }

  /** What was sent, by the number in the key. */
  private static final class Outcomes {
    final Set<Integer> numbers = new HashSet<>();
    final Set<String> codes = new TreeSet<>();
    int count;
    private final TestOutputTopic<byte[], byte[]> results;
    private final TestOutputTopic<byte[], byte[]> dead;

    Outcomes(TopologyTestDriver driver) {
      results =
          driver.createOutputTopic(
              "results", new ByteArrayDeserializer(), new ByteArrayDeserializer());
      dead =
          driver.createOutputTopic(
              "dead", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    void read() {
      results.readRecordsToList().forEach(this::add);
      for (TestRecord<byte[], byte[]> letter : dead.readRecordsToList()) {
        add(letter);
        byte[] code = letter.headers().lastHeader("__sluice.errors.code").value();
        codes.add(new String(code, StandardCharsets.UTF_8));
      }
    }

    private void add(TestRecord<byte[], byte[]> outcome) {
      numbers.add(ByteBuffer.wrap(outcome.key()).getInt());
      count++;
    }
  }
}
