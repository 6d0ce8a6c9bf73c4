package io.sluice.testing;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;

/** A registry in memory that says that an id is unknown as a real one does. */
public final class AnsweringRegistry extends MockSchemaRegistryClient {
  @Override
  public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
    try {
      return super.getSchemaById(id);
    } catch (IOException | RestClientException e) {
      throw new RestClientException("Schema not found", 404, 40403);
    }
  }
}
