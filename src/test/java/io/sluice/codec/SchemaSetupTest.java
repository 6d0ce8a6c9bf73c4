package io.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class SchemaSetupTest {
  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();

  @Test
  void shouldRegisterBothSchemasAsPublished() throws Exception {
    SchemaSetup.SchemaIds ids = new SchemaSetup(registry, true).ensure("in", "out");

    assertThat(registry.getAllSubjects()).containsExactlyInAnyOrder("in-value", "out-value");
    String json = registry.getSchemaById(ids.result()).canonicalString();
    assertThat(json).contains("TranslationResult").doesNotContain("avro.java.string");
    assertThat(new SchemaSetup(registry, false).ensure("in", "out")).isEqualTo(ids);
  }

  @Test
  void shouldSayWhatToDoWhenSchemaIsMissing() {
    assertThatThrownBy(() -> new SchemaSetup(registry, false).ensure("in", "out"))
        .hasMessageContaining("in-value");
  }

  @Test
  void shouldKeepDocumentationWhenPublishing() {
    Schema published = AvroSchemas.published(io.sluice.avro.TranslationRequest.getClassSchema());

    assertThat(published.getFields()).allSatisfy(f -> assertThat(f.doc()).isNotBlank());
    assertThat(published.toString()).doesNotContain("java");
  }
}
