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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/**
 * Writer schemas by their id. An id that the registry does not know is asked for again during a
 * grace period, because a replica may lag behind; a registry that is away is never the record's
 * fault. Thread-safe. One that does not answer holds a caller up for a moment only: the question
 * stays open, and the caller comes again.
 */
public final class SchemaSource {
  private static final int SCHEMA_NOT_FOUND = 40403;

  /** Many more than wait at once: an id that is forgotten while it waits would wait for ever. */
  private static final int MAX_UNKNOWN = 1 << 14;

  private static final long ASK_AGAIN_NANOS = 500_000_000L;
  private static final long MAX_WAIT_MILLIS = 250;

  private static final class Unknown {
    long sinceNanos;
    long askedNanos;

    Unknown(long nowNanos) {
      this.sinceNanos = nowNanos;
      this.askedNanos = nowNanos;
    }
  }

  private final SchemaRegistryClient registry;
  private final long graceNanos;
  private final LongSupplier nanos;
  private final RegistryRefusals refusals;
  private final Executor asking;
  private final Map<Integer, CompletableFuture<Schema>> asked = new HashMap<>();
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

  /** A source over a registry that needs no name. */
  public SchemaSource(
      SchemaRegistryClient registry, Duration grace, LongSupplier nanos, Executor asking) {
    this(registry, grace, nanos, asking, RegistryRefusals.UNNAMED);
  }

  /**
   * A source over a registry.
   *
   * @param grace how long an unknown id is asked for again before records with it are rejected
   * @param nanos a monotonic clock, nanoseconds
   * @param asking runs the calls to the registry; {@code Runnable::run}: callers wait for them
   * @param refusals words for what the registry refuses
   */
  public SchemaSource(
      SchemaRegistryClient registry,
      Duration grace,
      LongSupplier nanos,
      Executor asking,
      RegistryRefusals refusals) {
    this.registry = registry;
    this.graceNanos = grace.toNanos();
    this.nanos = nanos;
    this.asking = asking;
    this.refusals = refusals;
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
    try {
      return answer(id);
    } catch (TimeoutException e) {
      throw new UnavailableException("the schema registry has not answered yet", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while asking the schema registry", e);
    }
  }

  /** Asks, unless that question is open; waits for an answer only if no other question is open. */
  private Schema answer(int id) throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Schema> question = new CompletableFuture<>();
    boolean only;
    synchronized (asked) {
      only = asked.isEmpty();
      CompletableFuture<Schema> open = asked.putIfAbsent(id, question);
      if (open != null) {
        return open.get(0, TimeUnit.MILLISECONDS);
      }
    }
    try {
      asking.execute(() -> complete(question, id));
    } catch (RejectedExecutionException e) {
      throw new UnavailableException("the application is closing", e);
    }
    return question.get(only ? MAX_WAIT_MILLIS : 0, TimeUnit.MILLISECONDS);
  }

  private void complete(CompletableFuture<Schema> question, int id) {
    try {
      question.complete(ask(id));
    } catch (RuntimeException | StackOverflowError e) {
      question.completeExceptionally(e);
    } finally {
      synchronized (asked) {
        asked.remove(id);
      }
    }
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
      if (!(parsed instanceof AvroSchema)) {
        throw notAvro(id);
      }
      Schema found = ((AvroSchema) parsed).rawSchema();
      known.put(id, found);
      synchronized (this) {
        unknown.remove(id);
        away = Optional.empty();
      }
      return found;
    } catch (RestClientException e) {
      if (e.getErrorCode() != SCHEMA_NOT_FOUND) {
        throw away(
            refusals
                .describe(e, "to read schema " + id)
                .orElseGet(
                    () ->
                        "the schema registry answers %d (%d)"
                            .formatted(e.getStatus(), e.getErrorCode())),
            e);
      }
      synchronized (this) {
        away = Optional.empty();
        long now = nanos.getAsLong();
        Unknown state = unknown.computeIfAbsent(id, key -> new Unknown(now));
        if (now - state.askedNanos > graceNanos) {
          // nobody asked, or the registry was away: another record's grace does not count
          state.sinceNanos = now;
        }
        state.askedNanos = now;
        notFound(id, state, now);
        throw new IllegalStateException(e);
      }
    } catch (IOException e) {
      String message = e.getMessage();
      if (message != null && message.startsWith("Invalid schema")) {
        throw notAvro(id);
      }
      throw away(
          refusals
              .describe(e, "to read schema " + id)
              .orElseGet(
                  () -> "the schema registry does not answer: " + e.getClass().getSimpleName()),
          e);
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
