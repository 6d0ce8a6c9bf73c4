package io.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.sluice.codec.SchemaSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas in the real registry, under FULL_TRANSITIVE. */
class ITSchemas {
  private static final List<String> RECORDS =
      List.of("TranslationRequest", "TranslationResult", "TranslationUpgrade", "ControlEvent");

  private static final Map<String, Schema> schemas = new LinkedHashMap<>();
  private static EmbeddedRegistry registry;
  private static SchemaRegistryClient client;

  @BeforeAll
  static void register() throws Exception {
    Schema.Parser parser = new Schema.Parser();
    parser.parse(Files.readString(Path.of("schemas/Priority.avsc")));
    for (String name : RECORDS) {
      schemas.put(name, parser.parse(Files.readString(Path.of("schemas", name + ".avsc"))));
    }
    registry = EmbeddedRegistry.start();
    client = new CachedSchemaRegistryClient(registry.url(), 100);
    client.updateCompatibility(null, "FULL_TRANSITIVE");
    for (String name : RECORDS) {
      client.register(name, new AvroSchema(schemas.get(name)));
    }
  }

  @AfterAll
  static void close() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void shouldHoldEverySchemaWhenAllAreRegistered() throws Exception {
    assertThat(client.getAllSubjects()).containsAll(RECORDS);
    assertThat(client.getCompatibility(null)).isEqualTo("FULL_TRANSITIVE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"TranslationRequest", "TranslationResult", "TranslationUpgrade", "ControlEvent"})
  void shouldAcceptAnAddedFieldWhenItHasADefault(String name) throws Exception {
    String changed =
        schemas
            .get(name)
            .toString()
            .replaceFirst(
                "\"fields\":\\[",
                "\"fields\":[{\"name\":\"added\",\"type\":[\"null\",\"string\"],"
                    + "\"default\":null},");

    assertThat(client.register(name, new AvroSchema(changed))).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"TranslationRequest", "TranslationResult", "TranslationUpgrade", "ControlEvent"})
  void shouldAcceptAnAddedEnumSymbolWhenTheEnumHasADefault(String name) throws Exception {
    String changed =
        schemas
            .get(name)
            .toString()
            .replace("\"symbols\":[\"UNKNOWN\"", "\"symbols\":[\"UNKNOWN\",\"ADDED\"");
    assertThat(changed).isNotEqualTo(schemas.get(name).toString());

    assertThat(client.register(name, new AvroSchema(changed))).isPositive();
  }

  @Test
  void shouldRefuseWhenAFieldWithoutDefaultIsRemoved() {
    String changed =
        schemas
            .get("TranslationRequest")
            .toString()
            .replaceFirst("\\{\"name\":\"text\",\"type\":\"string\",\"doc\":\"[^\"]*\"},", "");
    assertThat(changed).doesNotContain("\"name\":\"text\"");

    assertRefused("TranslationRequest", changed);
  }

  @Test
  void shouldRefuseWhenAFieldChangesItsType() {
    String changed =
        schemas
            .get("TranslationResult")
            .toString()
            .replace(
                "\"name\":\"revision\",\"type\":\"int\"",
                "\"name\":\"revision\",\"type\":\"string\"");
    assertThat(changed).isNotEqualTo(schemas.get("TranslationResult").toString());

    assertRefused("TranslationResult", changed);
  }

  @Test
  void shouldRefuseWhenAFieldWithoutDefaultIsAdded() {
    String changed =
        schemas
            .get("ControlEvent")
            .toString()
            .replaceFirst(
                "\"fields\":\\[", "\"fields\":[{\"name\":\"added\",\"type\":\"string\"},");

    assertRefused("ControlEvent", changed);
  }

  @Test
  void shouldRefuseAnAddedEnumSymbolWhenTheEnumHasNoDefault() throws Exception {
    String enumeration =
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"e\",\"type\":"
            + "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[%s]}}]}";
    client.register("WithoutDefault", new AvroSchema(enumeration.formatted("\"A\"")));

    assertRefused("WithoutDefault", enumeration.formatted("\"A\",\"B\""));
  }

  @Test
  void shouldGiveAllTheSameIdsWhenInstancesRegisterAtTheSameMoment() throws Exception {
    int instances = 6;
    ExecutorService threads = Executors.newFixedThreadPool(instances);
    try {
      for (int round = 0; round < 5; round++) {
        String topic = "together-" + round;
        CyclicBarrier together = new CyclicBarrier(instances);
        List<Future<SchemaSetup.SchemaIds>> found = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
          SchemaSetup setup =
              new SchemaSetup(new CachedSchemaRegistryClient(registry.url(), 100), true);
          found.add(
              threads.submit(
                  () -> {
                    together.await();
                    return setup.ensure(topic + "-in", topic + "-out");
                  }));
        }
        Set<SchemaSetup.SchemaIds> ids = new HashSet<>();
        for (Future<SchemaSetup.SchemaIds> each : found) {
          ids.add(each.get());
        }
        assertThat(ids).as(topic).hasSize(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void assertRefused(String subject, String schema) {
    assertThatThrownBy(() -> client.register(subject, new AvroSchema(schema)))
        .asInstanceOf(InstanceOfAssertFactories.type(RestClientException.class))
        .extracting(RestClientException::getStatus)
        .isEqualTo(409);
  }
}
