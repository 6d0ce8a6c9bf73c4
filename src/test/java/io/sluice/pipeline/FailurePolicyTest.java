package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class FailurePolicyTest {
  private static final StreamsException PARTITIONS =
      new StreamsException(
          "Existing internal topic app-pending-changelog has invalid partitions: expected: 3;"
              + " actual: 2.");

  @Test
  void shouldGoOnWhenTheChangelogCouldGrow() {
    assertThat(new FailurePolicy(cause -> {}, () -> true).handle(new StreamsException(PARTITIONS)))
        .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
  }

  @Test
  void shouldStopWhenTheChangelogMayNotGrow() {
    assertThat(new FailurePolicy(cause -> {}, () -> false).handle(PARTITIONS))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
  }

  @Test
  void shouldStopWithoutTouchingTheChangelogWhenAccessIsRefused() {
    FailurePolicy policy =
        new FailurePolicy(
            cause -> {},
            () -> {
              throw new AssertionError("the changelog is not to blame");
            });

    assertThat(policy.handle(new StreamsException(new TopicAuthorizationException("in"))))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
  }
}
