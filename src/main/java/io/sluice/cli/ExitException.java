package io.sluice.cli;

/** An expected failure: one clear line for the user and an exit status. */
public final class ExitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** A failure with exit status 1. */
  public ExitException(String message) {
    this(1, message, null);
  }

  /** A failure with exit status 1 and its cause (printed with {@code --stacktrace} only). */
  public ExitException(String message, Throwable cause) {
    this(1, message, cause);
  }

  /** A failure with any exit status. */
  public ExitException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** Exit status of the process. */
  public int status() {
    return status;
  }
}
