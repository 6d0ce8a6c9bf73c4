package io.sluice.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import io.sluice.avro.TranslationUpgrade;
import io.sluice.codec.AvroTrust;
import io.sluice.codec.RegistryClients;
import io.sluice.codec.RegistryRefusals;
import io.sluice.pipeline.Access;
import io.sluice.pipeline.BrokerRefusals;
import io.sluice.pipeline.KafkaClients;
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
import org.apache.kafka.common.KafkaException;

/** Broker, topics, registry and schemas. */
final class ClusterChecks {
  private ClusterChecks() {}

  /** Broker and, if it answers, topics, what the client may do with them, and the pending store. */
  static List<Finding> broker(
      Map<String, Object> settings, String applicationId, TopicNames topics, Progress progress)
      throws InterruptedException {
    String address = String.valueOf(settings.get("bootstrap.servers"));
    BrokerRefusals refusals =
        new BrokerRefusals(settings, Access.toRun(topics, applicationId, false));
    Map<String, Object> quick = new HashMap<>(settings);
    quick.put("default.api.timeout.ms", "8000");
    quick.put("request.timeout.ms", "5000");
    List<Finding> findings = new ArrayList<>();
    try (Admin admin = KafkaClients.admin(quick)) {
      int nodes = admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size();
      findings.add(Finding.ok("broker", address + ", " + nodes + " node(s)"));
      AccessChecks access = new AccessChecks(admin, refusals);
      Set<String> present = access.present(names(topics), findings);
      findings.add(topics(present, topics, address));
      findings.add(optional(admin, topics));
      access.group(applicationId).ifPresent(findings::add);
      if (present.contains(topics.requests())) {
        PendingStores stores = new PendingStores(admin, settings, progress::at);
        findings.addAll(PendingChecks.all(stores, applicationId, topics.requests(), address));
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      findings.add(
          refusals
              .describe(e)
              .map(text -> refused("broker", text))
              .orElseGet(
                  () ->
                      Finding.fail(
                          "broker",
                          address + " does not answer (" + reason(e) + ")",
                          "check the address, the network and --command-config")));
    }
    return findings;
  }

  /** The text says what to do. */
  static Finding refused(String subject, String text) {
    return Finding.fail(
        subject, text.replaceAll("\\s*\n\\s*", " "), "see Secured clusters in README.md");
  }

  private static List<String> names(TopicNames topics) {
    return List.of(topics.requests(), topics.results(), topics.deadLetters());
  }

  static Finding topics(Set<String> present, TopicNames topics, String address) {
    List<String> wanted = names(topics);
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

  /** Topics without which an application translates all the same. */
  private static Finding optional(Admin admin, TopicNames topics)
      throws TimeoutException, InterruptedException {
    List<String> absent = new ArrayList<>();
    List<String> wanted = List.of(topics.upgrades(), topics.revisions(), topics.control());
    var answers = admin.describeTopics(wanted).topicNameValues();
    for (String topic : wanted) {
      try {
        var unused = answers.get(topic).get(10, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        absent.add(topic);
      }
    }
    return absent.isEmpty()
        ? Finding.ok("upgrades", String.join(", ", wanted))
        : Finding.ok(
            "upgrades",
            "not there: "
                + String.join(", ", absent)
                + "; ./sluice run does without, --create-topics creates them");
  }

  /** Registry and, if it answers, whether our schemas fit what is registered. */
  static List<Finding> registry(String url, Map<String, Object> settings, TopicNames topics) {
    AvroTrust.ensure();
    String shown = RegistryRefusals.shown(url);
    List<Finding> findings = new ArrayList<>();
    try (SchemaRegistryClient client = RegistryClients.create(url, settings)) {
      int subjects = client.getAllSubjects().size();
      findings.add(Finding.ok("registry", shown + ", " + subjects + " subject(s)"));
      findings.add(
          schema(client, topics.requests() + "-value", TranslationRequest.getClassSchema()));
      findings.add(schema(client, topics.results() + "-value", TranslationResult.getClassSchema()));
      findings.add(
          schema(client, topics.upgrades() + "-value", TranslationUpgrade.getClassSchema()));
      findings.add(
          schema(client, topics.revisions() + "-value", TranslationResult.getClassSchema()));
      findings.add(schema(client, topics.control() + "-value", ControlEvent.getClassSchema()));
    } catch (IOException | RestClientException | RuntimeException e) {
      findings.add(
          new RegistryRefusals(url, settings)
              .describe(e, "to list subjects and check schemas")
              .map(text -> refused("registry", text))
              .orElseGet(
                  () ->
                      Finding.fail(
                          "registry",
                          shown + " does not answer (" + reason(e) + ")",
                          "check the address (Apicurio: …/apis/ccompat/v7) and --command-config")));
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
