package io.sluice.cli;

import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import io.sluice.pipeline.PendingStores;
import io.sluice.pipeline.TopicNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;

/** Broker, topics, registry and schemas. */
final class ClusterChecks {
  private ClusterChecks() {}

  /** Broker and, if it answers, topics and pending store. */
  static List<Finding> broker(
      Map<String, Object> settings, String applicationId, TopicNames topics, Progress progress)
      throws InterruptedException {
    Object address = settings.get("bootstrap.servers");
    Map<String, Object> quick = new HashMap<>(settings);
    quick.put("default.api.timeout.ms", "8000");
    quick.put("request.timeout.ms", "5000");
    List<Finding> findings = new ArrayList<>();
    try (Admin admin = Admin.create(quick)) {
      int nodes = admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size();
      findings.add(Finding.ok("broker", address + ", " + nodes + " node(s)"));
      Set<String> present = admin.listTopics().names().get(10, TimeUnit.SECONDS);
      findings.add(topics(present, topics, String.valueOf(address)));
      if (present.contains(topics.requests())) {
        PendingStores stores = new PendingStores(admin, settings, progress::at);
        findings.addAll(
            PendingChecks.all(stores, applicationId, topics.requests(), String.valueOf(address)));
      }
    } catch (ExecutionException | TimeoutException | org.apache.kafka.common.KafkaException e) {
      findings.add(
          Finding.fail(
              "broker",
              address + " does not answer (" + reason(e) + ")",
              "check the address, the network and --command-config"));
    }
    return findings;
  }

  static Finding topics(Set<String> present, TopicNames topics, String address) {
    List<String> wanted = List.of(topics.requests(), topics.results(), topics.deadLetters());
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(present);
    return missing.isEmpty()
        ? Finding.ok("topics", String.join(", ", wanted))
        : Finding.fail(
            "topics",
            "missing " + String.join(", ", missing),
            "kafka-topics.sh --bootstrap-server "
                + address
                + " --create --topic NAME, or ./sluice run --create-topics");
  }

  /** Registry and, if it answers, whether our schemas fit what is registered. */
  static List<Finding> registry(String url, Map<String, Object> settings, TopicNames topics) {
    AvroClients.trustGeneratedClasses();
    List<Finding> findings = new ArrayList<>();
    try (SchemaRegistryClient client = new CachedSchemaRegistryClient(url, 100, settings)) {
      int subjects = client.getAllSubjects().size();
      findings.add(Finding.ok("registry", url + ", " + subjects + " subject(s)"));
      findings.add(
          schema(client, topics.requests() + "-value", TranslationRequest.getClassSchema()));
      findings.add(schema(client, topics.results() + "-value", TranslationResult.getClassSchema()));
    } catch (IOException | RestClientException | RuntimeException e) {
      findings.add(
          Finding.fail(
              "registry",
              url + " does not answer (" + reason(e) + ")",
              "check the address (Apicurio: …/apis/ccompat/v7) and --command-config"));
    }
    return findings;
  }

  private static Finding schema(SchemaRegistryClient client, String subject, Schema schema)
      throws IOException, RestClientException {
    if (!client.getAllSubjects().contains(subject)) {
      return Finding.ok("schema " + subject, "not registered yet, the first record does it");
    }
    var avro = new io.confluent.kafka.schemaregistry.avro.AvroSchema(schema);
    return client.testCompatibility(subject, avro)
        ? Finding.ok("schema " + subject, "compatible")
        : Finding.fail(
            "schema " + subject,
            "the registered schema is not compatible with this version of Sluice",
            "use another topic, or the version of Sluice that registered it");
  }

  private static String reason(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return cause.getClass().getSimpleName()
        + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
  }
}
