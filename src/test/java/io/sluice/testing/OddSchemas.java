package io.sluice.testing;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.sluice.avro.TranslationRequest;
import io.sluice.codec.AvroSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** Schemas that are not, or not quite, that of today's requests. */
public final class OddSchemas {
  private static final String FIRST_FIELD = "[{\"name\":\"id\"";

  private OddSchemas() {}

  /**
   * Registers another record, a request without its text, one that holds itself, and one with
   * fields of every kind that no one reads.
   *
   * @return their ids
   */
  public static List<Integer> register(SchemaRegistryClient registry)
      throws IOException, RestClientException {
    String request = AvroSchemas.published(TranslationRequest.getClassSchema()).toString();
    List<String> schemas =
        List.of(
            "{\"type\":\"record\",\"name\":\"Other\",\"fields\":[]}",
            "{\"type\":\"record\",\"name\":\"TranslationRequest\",\"namespace\":\"io.sluice.avro\","
                + "\"fields\":[{\"name\":\"id\",\"type\":\"string\"}]}",
            withFields(
                request,
                "{\"name\":\"parent\",\"type\":[\"null\",\"io.sluice.avro.TranslationRequest\"]}"),
            withFields(
                request,
                "{\"name\":\"nulls\",\"type\":{\"type\":\"array\",\"items\":\"null\"}},"
                    + "{\"name\":\"maps\",\"type\":{\"type\":\"map\",\"values\":"
                    + "{\"type\":\"array\",\"items\":\"bytes\"}}},"
                    + "{\"name\":\"flag\",\"type\":\"boolean\"},"
                    + "{\"name\":\"ratio\",\"type\":\"float\"}"));
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < schemas.size(); i++) {
      Schema schema = new Schema.Parser().parse(schemas.get(i));
      ids.add(registry.register("odd-" + i + "-value", new AvroSchema(schema)));
    }
    return ids;
  }

  private static String withFields(String request, String fields) {
    return request.replace(FIRST_FIELD, "[" + fields + "," + FIRST_FIELD.substring(1));
  }
}
