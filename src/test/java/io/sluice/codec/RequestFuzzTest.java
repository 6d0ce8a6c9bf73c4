package io.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.sluice.avro.TranslationRequest;
import io.sluice.domain.RejectedException;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Request;
import io.sluice.testing.AnsweringRegistry;
import io.sluice.testing.MutatedRequests;
import io.sluice.testing.OddSchemas;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutated records: each is a request or a rejection with a code, nothing else is thrown, and what
 * is allocated is bounded by the size of the record. {@code -Drecords=…} takes more of them.
 */
class RequestFuzzTest {
  private static final Logger LOG = LoggerFactory.getLogger(RequestFuzzTest.class);
  private static final int RECORDS = Integer.getInteger("records", 100_000);
  private static final int TEXT_LIMIT = 4_000;

  /** Bytes allocated at most for a record: so much, */
  private static final long ALLOCATED_AT_ALL = 1 << 20;

  /** and so much for each of its bytes. */
  private static final long ALLOCATED_PER_BYTE = 64;

  /** CPU time at most, seconds: far above what it takes, far below what a loop would take. */
  private static final double CPU_SECONDS = 2;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Map<String, Integer> outcomes = new TreeMap<>();

  @Test
  void shouldGiveEachMutatedRecordOneTypedOutcome() throws Exception {
    SchemaRegistryClient registry = new AnsweringRegistry();
    AvroSchema schema = new AvroSchema(AvroSchemas.published(TranslationRequest.getClassSchema()));
    List<Integer> ids = new ArrayList<>(List.of(registry.register("requests-value", schema)));
    ids.addAll(OddSchemas.register(registry));
    RequestDecoder decoder =
        new RequestDecoder(new SchemaSource(registry, Duration.ZERO, System::nanoTime), TEXT_LIMIT);
    MutatedRequests records = new MutatedRequests(9, ids);
    long largest = 0;
    long slowest = 0;
    for (int number = 0; number < RECORDS; number++) {
      byte[] value = records.next();
      if (value == null) {
        count("tombstone");
        continue;
      }
      long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
      long cpuBefore = threads.getCurrentThreadCpuTime();
      String outcome = outcome(decoder, value);
      long cpu = threads.getCurrentThreadCpuTime() - cpuBefore;
      long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
      count(outcome);
      assertThat(allocated)
          .as("bytes allocated for record %s of %s bytes: %s", number, value.length, outcome)
          .isLessThan(ALLOCATED_AT_ALL + ALLOCATED_PER_BYTE * value.length);
      assertThat(cpu / 1e9).as("CPU seconds for record %s", number).isLessThan(CPU_SECONDS);
      if (MutatedRequests.isValid(number)) {
        assertThat(outcome)
            .as("record %s, which is not mutated", number)
            .isIn("request", "UNSUPPORTED_LANGUAGE", "INPUT_TOO_LONG");
      }
      largest = Math.max(largest, allocated);
      slowest = Math.max(slowest, cpu);
    }
    LOG.info(
        "{} records: {}; at most {} bytes and {} ms", RECORDS, outcomes, largest, slowest / 1e6);
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(RECORDS);
    assertThat(outcomes)
        .containsOnlyKeys(
            "request",
            "tombstone",
            RejectionCode.MALFORMED_RECORD.name(),
            RejectionCode.SCHEMA_UNKNOWN.name(),
            RejectionCode.MISSING_FIELD.name(),
            RejectionCode.UNSUPPORTED_LANGUAGE.name(),
            RejectionCode.INPUT_TOO_LONG.name(),
            RejectionCode.INVALID_TEXT.name());
  }

  /** Anything but a rejection is thrown on and fails the test. */
  private static String outcome(RequestDecoder decoder, byte[] value) {
    try {
      Request request = decoder.decode(value);
      assertThat(request.languages().source()).isNotEqualTo(request.languages().target());
      return "request";
    } catch (RejectedException e) {
      return e.rejection().code().name();
    }
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }
}
