package io.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.domain.RawHeader;
import io.sluice.domain.RawRecord;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.SourcePosition;
import io.sluice.domain.Stage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HeadersTest {
  private static final SourcePosition POSITION = new SourcePosition("requests", 3, 42);

  private static RawHeader header(String key, String value) {
    return new RawHeader(key, value.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> texts(List<RawHeader> headers) {
    return headers.stream()
        .collect(
            Collectors.toMap(RawHeader::key, h -> new String(h.value(), StandardCharsets.UTF_8)));
  }

  private static RawRecord request(RawHeader... headers) {
    return new RawRecord(POSITION, 0, new byte[0], new byte[0], List.of(headers));
  }

  @Test
  void shouldPassHeadersThroughWhenThereIsNoEvent() {
    RawRecord request = request(header("traceparent", "00-a-b-01"), header("x", "1"));

    assertThat(ResultHeaders.of(request, Instant.EPOCH)).isEqualTo(request.headers());
  }

  @Test
  void shouldRenewCloudEventAttributes() {
    RawRecord request =
        request(
            header("ce_id", "cause"),
            header("ce_type", "request"),
            header("ce_time", "old"),
            header("ce_source", "/shop"),
            header("baggage", "b"));

    Map<String, String> headers = texts(ResultHeaders.of(request, Instant.EPOCH));

    assertThat(headers)
        .containsEntry("ce_causationid", "cause")
        .containsEntry("ce_type", "io.sluice.translation.result.v1")
        .containsEntry("ce_time", "1970-01-01T00:00:00Z")
        .containsEntry("ce_source", "/shop")
        .containsEntry("baggage", "b")
        .hasSize(6);
    assertThat(headers.get("ce_id")).isNotEqualTo("cause");
    assertThat(texts(ResultHeaders.of(request, Instant.EPOCH))).isEqualTo(headers);
  }

  @Test
  void shouldDescribeRejectionWithoutExceptionMessages() {
    Throwable cause = new IllegalStateException("secret text", new RuntimeException("secret text"));
    cause.setStackTrace(java.util.Arrays.copyOf(cause.getStackTrace(), 3));
    Rejection rejection =
        new Rejection(RejectionCode.INTERNAL, Stage.TRANSLATE, "unexpected", true);

    Map<String, String> headers =
        texts(DeadLetterHeaders.of(POSITION, rejection, Optional.of(cause)));

    assertThat(headers)
        .containsEntry("__streams.errors.exception", "java.lang.IllegalStateException")
        .containsEntry("__streams.errors.message", "INTERNAL: unexpected")
        .containsEntry("__streams.errors.topic", "requests")
        .containsEntry("__streams.errors.partition", "3")
        .containsEntry("__streams.errors.offset", "42")
        .containsEntry("__sluice.errors.code", "INTERNAL")
        .containsEntry("__sluice.errors.stage", "TRANSLATE")
        .containsEntry("__sluice.errors.retryable", "true")
        .hasSize(9);
    assertThat(headers.get("__streams.errors.stacktrace"))
        .contains("HeadersTest")
        .contains("Caused by: java.lang.RuntimeException")
        .doesNotContain("secret");
  }

  @Test
  void shouldCutStackTrace() {
    StackOverflowError deep = new StackOverflowError();
    StackTraceElement frame = new StackTraceElement("a.b.C", "method", "C.java", 1);
    deep.setStackTrace(
        java.util.Collections.nCopies(5000, frame).toArray(new StackTraceElement[0]));
    Rejection rejection = new Rejection(RejectionCode.INTERNAL, Stage.TRANSLATE, "x", true);

    Map<String, String> headers =
        texts(DeadLetterHeaders.of(POSITION, rejection, Optional.of(deep)));

    assertThat(headers.get("__streams.errors.stacktrace")).hasSize(8192);
  }
}
