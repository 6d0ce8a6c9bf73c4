package io.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
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
  void shouldLookAgainWhenAnotherInstanceRegistersAtTheSameMoment() {
    Conflicts race = new Conflicts(2);

    SchemaSetup.SchemaIds ids = new SchemaSetup(race, true).ensure("in", "out");

    assertThat(ids).isEqualTo(new SchemaSetup(race, false).ensure("in", "out"));
    assertThat(race.left).isZero();
  }

  @Test
  void shouldSayThatASchemaDoesNotFitWhenTheConflictStays() {
    assertThatThrownBy(
            () -> new SchemaSetup(new Conflicts(Integer.MAX_VALUE), true).ensure("in", "out"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not compatible")
        .hasMessageContaining("in-value");
  }

  /** A registry that answers the first registrations with a conflict. */
  private static final class Conflicts extends MockSchemaRegistryClient {
    private int left;

    private Conflicts(int conflicts) {
      this.left = conflicts;
    }

    @Override
    public int register(String subject, ParsedSchema schema)
        throws IOException, RestClientException {
      if (left > 0) {
        left--;
        throw new RestClientException("already exists", 409, 409);
      }
      return super.register(subject, schema);
    }
  }

  @Test
  void shouldKeepDocumentationWhenPublishing() {
    Schema published = AvroSchemas.published(io.sluice.avro.TranslationRequest.getClassSchema());

    assertThat(published.getFields()).allSatisfy(f -> assertThat(f.doc()).isNotBlank());
    assertThat(published.toString()).doesNotContain("java");
  }
}
