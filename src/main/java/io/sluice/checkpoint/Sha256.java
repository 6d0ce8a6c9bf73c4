package io.sluice.checkpoint;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that names files. Stateless and thread-safe. */
public final class Sha256 {
  private Sha256() {}

  /** A hash of nothing yet; belongs to the caller. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
