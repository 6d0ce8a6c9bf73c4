package io.sluice.codec;

import io.sluice.domain.RawHeader;
import io.sluice.domain.Rejection;
import io.sluice.domain.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is added to the headers of a dead letter: the names of KIP-1034 and a few of our own. Never
 * contains source text: of an exception only the types and the frames are told. Pure functions.
 */
public final class DeadLetterHeaders {
  public static final String EXCEPTION = "__streams.errors.exception";
  public static final String MESSAGE = "__streams.errors.message";
  public static final String STACK_TRACE = "__streams.errors.stacktrace";
  public static final String TOPIC = "__streams.errors.topic";
  public static final String PARTITION = "__streams.errors.partition";
  public static final String OFFSET = "__streams.errors.offset";
  public static final String CODE = "__sluice.errors.code";
  public static final String STAGE = "__sluice.errors.stage";
  public static final String RETRYABLE = "__sluice.errors.retryable";

  /** Longest stack trace, bytes. */
  public static final int MAX_STACK_TRACE_BYTES = 8 << 10;

  private DeadLetterHeaders() {}

  /** All headers to add, in a fixed order. */
  public static List<RawHeader> of(
      SourcePosition position, Rejection rejection, Optional<Throwable> cause) {
    List<RawHeader> headers = new ArrayList<>();
    headers.add(
        text(
            EXCEPTION,
            cause.map(e -> e.getClass().getName()).orElse("io.sluice.domain.RejectedException")));
    headers.add(text(MESSAGE, rejection.code() + ": " + rejection.message()));
    headers.add(text(STACK_TRACE, cause.map(DeadLetterHeaders::stackTrace).orElse("")));
    headers.add(text(TOPIC, position.topic()));
    headers.add(text(PARTITION, Integer.toString(position.partition())));
    headers.add(text(OFFSET, Long.toString(position.offset())));
    headers.add(text(CODE, rejection.code().name()));
    headers.add(text(STAGE, rejection.stage().name()));
    headers.add(text(RETRYABLE, Boolean.toString(rejection.retryable())));
    return headers;
  }

  private static String stackTrace(Throwable failure) {
    StringBuilder trace = new StringBuilder();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    String prefix = "";
    for (Throwable e = failure; e != null && seen.add(e); e = e.getCause()) {
      trace.append(prefix).append(e.getClass().getName()).append('\n');
      for (StackTraceElement frame : e.getStackTrace()) {
        if (trace.length() >= MAX_STACK_TRACE_BYTES) {
          break;
        }
        trace.append("\tat ").append(frame).append('\n');
      }
      prefix = "Caused by: ";
    }
    return trace.toString();
  }

  private static RawHeader text(String key, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_STACK_TRACE_BYTES) {
      bytes = Arrays.copyOf(bytes, MAX_STACK_TRACE_BYTES);
    }
    return new RawHeader(key, bytes);
  }
}
