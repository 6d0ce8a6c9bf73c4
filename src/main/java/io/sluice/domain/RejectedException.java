package io.sluice.domain;

/** Carries a {@link Rejection} to whoever sends the record to the dead-letter topic. */
public final class RejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Rejection rejection;

  public RejectedException(Rejection rejection) {
    super(rejection.code() + ": " + rejection.message());
    this.rejection = rejection;
  }

  public RejectedException(Rejection rejection, Throwable cause) {
    super(rejection.code() + ": " + rejection.message(), cause);
    this.rejection = rejection;
  }

  public Rejection rejection() {
    return rejection;
  }
}
