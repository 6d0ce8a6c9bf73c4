package io.sluice.cli;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints records of committed transactions: results, or what other topics of Sluice hold. */
@Command(
    name = "consume",
    description =
        "Prints results, one line each; reads committed records only. Also records of"
            + " Sluice's other topics: requests, revisions, upgrades, control events.",
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice consume --bootstrap-server 127.0.0.1:9092"
            + " --schema-registry-url http://127.0.0.1:8081%n"
            + "      --from-beginning --timeout 10s%n"
            + "  ./sluice consume --topic translation.control.v1 --from-beginning --timeout 10s")
public final class ConsumeCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection;

  @Option(
      names = "--topic",
      paramLabel = "T",
      defaultValue = "translation.results.v1",
      description = "Topic to read.")
  private String topic;

  @Option(names = "--from-beginning", description = "Start with the oldest record.")
  private boolean fromBeginning;

  @Option(names = "--max", paramLabel = "N", description = "End after N records.")
  private Long max;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "End when nothing came for so long, such as 10s; default: never.")
  private Duration timeout;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Override
  public Integer call() {
    if (max != null && max < 1) {
      throw new ExitException(2, "--max must be at least 1", null);
    }
    Map<String, Object> settings = connection.clientProperties();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    long count = 0;
    long unreadable = 0;
    long quietSince = System.nanoTime();
    try (ResultReader reader = new ResultReader(settings, topic, fromBeginning);
        KafkaAvroDeserializer values = AvroClients.deserializer(settings)) {
      while (max == null || count < max) {
        ConsumerRecords<String, byte[]> records = reader.poll(POLL);
        if (!records.isEmpty()) {
          quietSince = System.nanoTime();
        } else if (timeout != null && System.nanoTime() - quietSince > timeout.toNanos()) {
          break;
        }
        for (ConsumerRecord<String, byte[]> each : records) {
          if (max != null && count >= max) {
            break;
          }
          count++;
          if (!print(each, values, out, err)) {
            unreadable++;
          }
        }
      }
    }
    err.println("read " + count + " records from " + topic);
    if (max != null && count < max) {
      throw new ExitException("only " + count + " of " + max + " records came");
    }
    return unreadable == 0 ? 0 : 1;
  }

  private boolean print(
      ConsumerRecord<String, byte[]> each,
      KafkaAvroDeserializer values,
      PrintWriter out,
      PrintWriter err) {
    if (each.value() == null) {
      out.println(json ? "null" : ResultLine.tombstone(each.key()));
      return true;
    }
    String place = each.topic() + "-" + each.partition() + "@" + each.offset();
    try {
      if (values.deserialize(topic, each.value()) instanceof IndexedRecord value) {
        out.println(json ? RecordLine.json(value) : RecordLine.of(value));
        return true;
      }
      err.println(place + " is no Avro record");
    } catch (SerializationException | InvalidConfigurationException e) {
      connection
          .registryRefusals()
          .describe(e, "to read the schema of " + place)
          .ifPresent(
              text -> {
                throw new ExitException(text, e);
              });
      err.println(place + " cannot be read: " + e.getMessage());
    }
    return false;
  }
}
