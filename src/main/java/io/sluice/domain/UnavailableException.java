package io.sluice.domain;

/**
 * Something that Sluice needs is away: a registry that does not answer, credentials that are
 * refused, a schema that a replica does not know yet. The record is not to blame; whoever catches
 * this tries again later and drops nothing.
 */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnavailableException(String message) {
    super(message);
  }

  public UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
