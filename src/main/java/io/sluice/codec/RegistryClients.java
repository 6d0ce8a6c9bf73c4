package io.sluice.codec;

import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes clients of a schema registry that give up in seconds. No other class does, so that TLS and
 * credentials reach all of them.
 */
public final class RegistryClients {
  private static final int CACHED_SCHEMAS = 1000;
  private static final int TIMEOUT_MILLIS = 5000;

  private RegistryClients() {}

  /**
   * A client.
   *
   * @param url one or several addresses, separated by commas
   * @param properties the user's properties (credentials, TLS), Confluent's names
   */
  public static SchemaRegistryClient create(String url, Map<String, ?> properties) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("http.connect.timeout.ms", TIMEOUT_MILLIS);
    settings.put("http.read.timeout.ms", TIMEOUT_MILLIS);
    settings.putAll(properties);
    return new CachedSchemaRegistryClient(
        List.of(url.split(",")), CACHED_SCHEMAS, List.of(new AvroSchemaProvider()), settings);
  }
}
