package io.sluice.dispatch;

import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Stage;
import java.util.Optional;

/** Turns what was thrown into what a dead letter says. */
final class Failures {
  private Failures() {}

  static RowOutcome.Rejected rejected(Throwable failure, Stage stage) {
    if (failure instanceof RejectedException rejected) {
      return new RowOutcome.Rejected(rejected.rejection(), Optional.of(failure));
    }
    String message = "unexpected " + failure.getClass().getName() + " in stage " + stage;
    return new RowOutcome.Rejected(
        new Rejection(RejectionCode.INTERNAL, stage, message, true), Optional.of(failure));
  }
}
