package io.sluice.domain;

/**
 * A record that cannot be translated, and why.
 *
 * @param code the reason, from a closed set
 * @param stage where it was found out
 * @param message for a person; never contains source text
 * @param retryable true if the same record may succeed later
 */
public record Rejection(RejectionCode code, Stage stage, String message, boolean retryable) {}
