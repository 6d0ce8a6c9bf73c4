package io.sluice.codec;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import io.sluice.avro.TranslationUpgrade;
import io.sluice.domain.UnavailableException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;

/** Makes sure, at start, that the registry has the schemas and that they fit. */
public final class SchemaSetup {
  /**
   * The registry's ids.
   *
   * @param request of TranslationRequest
   * @param result of TranslationResult
   */
  public record SchemaIds(int request, int result) {}

  /** How often a conflict is looked at: another instance may be registering the same schema. */
  private static final int ATTEMPTS = 4;

  private static final long PAUSE_MILLIS = 200;
  private static final int CONFLICT = 409;

  private final SchemaRegistryClient registry;
  private final boolean register;
  private final RegistryRefusals refusals;

  /** A check of a registry that needs no name. */
  public SchemaSetup(SchemaRegistryClient registry, boolean register) {
    this(registry, register, RegistryRefusals.UNNAMED);
  }

  /**
   * A check.
   *
   * @param register true: schemas that are missing are registered; false: they must be there
   * @param refusals words for what the registry refuses
   */
  public SchemaSetup(SchemaRegistryClient registry, boolean register, RegistryRefusals refusals) {
    this.registry = registry;
    this.register = register;
    this.refusals = refusals;
  }

  /**
   * Checks the subjects of both topics ({@code <topic>-value}).
   *
   * @throws IllegalStateException if a schema is missing or refused, or the registry refuses the
   *     credentials; says what to do
   * @throws UnavailableException if the registry is away
   */
  public SchemaIds ensure(String requestsTopic, String resultsTopic) {
    return new SchemaIds(
        id(requestsTopic + "-value", TranslationRequest.getClassSchema()),
        id(resultsTopic + "-value", TranslationResult.getClassSchema()));
  }

  /** The same for TranslationUpgrade; returns the registry's id. */
  public int ensureUpgrade(String topic) {
    return id(topic + "-value", TranslationUpgrade.getClassSchema());
  }

  /** The same for the results that revise others. */
  public int ensureRevision(String topic) {
    return id(topic + "-value", TranslationResult.getClassSchema());
  }

  /** The same for ControlEvent. */
  public int ensureControl(String topic) {
    return id(topic + "-value", ControlEvent.getClassSchema());
  }

  private int id(String subject, Schema generated) {
    AvroSchema schema = new AvroSchema(AvroSchemas.published(generated));
    try {
      return register ? registered(subject, schema) : registry.getId(subject, schema);
    } catch (RestClientException e) {
      throw refused(subject, e).orElseGet(() -> explained(subject, generated.getName(), e));
    } catch (IOException e) {
      Optional<RuntimeException> refused = refused(subject, e);
      if (refused.isPresent()) {
        throw refused.get();
      }
      throw new UnavailableException("the schema registry does not answer: " + e.getMessage(), e);
    }
  }

  /**
   * Registers a schema. Instances that start together race for a new subject, and a registry may
   * answer the slower one with a conflict where it would find the same schema a moment later.
   */
  private int registered(String subject, AvroSchema schema)
      throws IOException, RestClientException {
    for (int attempt = 1; ; attempt++) {
      try {
        return registry.register(subject, schema);
      } catch (RestClientException e) {
        if (e.getStatus() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS * attempt));
      }
    }
  }

  private Optional<RuntimeException> refused(String subject, Exception e) {
    String wanted = (register ? "to register subject " : "to look up subject ") + subject;
    return refusals.describe(e, wanted).map(text -> new IllegalStateException(text, e));
  }

  private RuntimeException explained(String subject, String name, RestClientException e) {
    return switch (e.getStatus()) {
      case CONFLICT ->
          new IllegalStateException(
              "the schema of %s is not compatible with what subject %s already has: %s"
                  .formatted(name, subject, e.getMessage()),
              e);
      case 422 ->
          new IllegalStateException(
              "the registry refuses the schema of %s for subject %s: %s"
                  .formatted(name, subject, e.getMessage()),
              e);
      case 404 ->
          new IllegalStateException(
              ("subject %s does not have the schema of %s; register schemas/%s.avsc, or start with"
                      + " --register-schemas true")
                  .formatted(subject, name, name),
              e);
      default ->
          new UnavailableException(
              "the schema registry answers %d (%d) for subject %s"
                  .formatted(e.getStatus(), e.getErrorCode(), subject),
              e);
    };
  }
}
