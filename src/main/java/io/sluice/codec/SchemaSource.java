package io.sluice.codec;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Stage;
import io.sluice.domain.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/**
 * Writer schemas by their id. An id that the registry does not know is asked for again during a
 * grace period, because a replica may lag behind; a registry that is away is never the record's
 * fault. Thread-safe; a call to the registry blocks its caller only.
 */
public final class SchemaSource {
  private static final int SCHEMA_NOT_FOUND = 40403;

  /** Many more than wait at once: an id that is forgotten while it waits would wait for ever. */
  private static final int MAX_UNKNOWN = 1 << 14;

  private static final long ASK_AGAIN_NANOS = 500_000_000L;

  private static final class Unknown {
    final long sinceNanos;
    long askedNanos;

    Unknown(long nowNanos) {
      this.sinceNanos = nowNanos;
      this.askedNanos = nowNanos;
    }
  }

  private final SchemaRegistryClient registry;
  private final long graceNanos;
  private final LongSupplier nanos;
  private final Map<Integer, Schema> known = new ConcurrentHashMap<>();
  private final Map<Integer, Unknown> unknown =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Unknown> eldest) {
          return size() > MAX_UNKNOWN;
        }
      };
  private Optional<String> away = Optional.empty();
  private long awaySinceNanos;

  /**
   * A source over a registry.
   *
   * @param grace how long an unknown id is asked for again before records with it are rejected
   * @param nanos a monotonic clock, nanoseconds
   */
  public SchemaSource(SchemaRegistryClient registry, Duration grace, LongSupplier nanos) {
    this.registry = registry;
    this.graceNanos = grace.toNanos();
    this.nanos = nanos;
  }

  /**
   * The schema of an id.
   *
   * @throws UnavailableException if the registry is away or the id may still become known
   * @throws RejectedException SCHEMA_UNKNOWN after the grace period; MALFORMED_RECORD if the id
   *     belongs to something else than an Avro schema
   */
  public Schema schema(int id) {
    Schema schema = known.get(id);
    if (schema != null) {
      return schema;
    }
    checkPatience(id);
    Schema found = ask(id);
    known.put(id, found);
    synchronized (this) {
      unknown.remove(id);
      away = Optional.empty();
    }
    return found;
  }

  /** Throws without asking when the last answer is fresh. */
  private synchronized void checkPatience(int id) {
    long now = nanos.getAsLong();
    if (away.isPresent() && now - awaySinceNanos < ASK_AGAIN_NANOS) {
      throw new UnavailableException(away.get());
    }
    Unknown state = unknown.get(id);
    if (state != null && now - state.askedNanos < ASK_AGAIN_NANOS) {
      notFound(id, state, now);
    }
  }

  private Schema ask(int id) {
    try {
      ParsedSchema parsed = registry.getSchemaById(id);
      if (parsed instanceof AvroSchema avro) {
        return avro.rawSchema();
      }
      throw notAvro(id);
    } catch (RestClientException e) {
      if (e.getErrorCode() != SCHEMA_NOT_FOUND) {
        throw away(
            "the schema registry answers %d (%d)".formatted(e.getStatus(), e.getErrorCode()), e);
      }
      synchronized (this) {
        away = Optional.empty();
        long now = nanos.getAsLong();
        Unknown state = unknown.computeIfAbsent(id, key -> new Unknown(now));
        state.askedNanos = now;
        notFound(id, state, now);
        throw new IllegalStateException(e);
      }
    } catch (IOException e) {
      String message = e.getMessage();
      if (message != null && message.startsWith("Invalid schema")) {
        throw notAvro(id);
      }
      throw away("the schema registry does not answer: " + e.getClass().getSimpleName(), e);
    }
  }

  private void notFound(int id, Unknown state, long now) {
    if (now - state.sinceNanos < graceNanos) {
      throw new UnavailableException("the schema registry does not know id " + id + " yet");
    }
    throw new RejectedException(
        new Rejection(
            RejectionCode.SCHEMA_UNKNOWN,
            Stage.DECODE,
            "the schema registry does not know id " + id,
            true));
  }

  private synchronized UnavailableException away(String message, Exception cause) {
    away = Optional.of(message);
    awaySinceNanos = nanos.getAsLong();
    return new UnavailableException(message, cause);
  }

  private static RejectedException notAvro(int id) {
    return new RejectedException(
        new Rejection(
            RejectionCode.MALFORMED_RECORD,
            Stage.DECODE,
            "schema id " + id + " is not an Avro schema",
            false));
  }
}
