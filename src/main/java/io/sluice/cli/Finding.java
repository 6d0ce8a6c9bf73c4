package io.sluice.cli;

/**
 * What the doctor found out about one thing.
 *
 * @param ok true if it is as it should be
 * @param subject what was looked at
 * @param detail what was seen
 * @param remedy what to do; empty if ok
 */
public record Finding(boolean ok, String subject, String detail, String remedy) {
  /** As it should be. */
  public static Finding ok(String subject, String detail) {
    return new Finding(true, subject, detail, "");
  }

  /** Not as it should be. */
  public static Finding fail(String subject, String detail, String remedy) {
    return new Finding(false, subject, detail, remedy);
  }

  /** {@code ok java: …} or {@code FAIL broker: … → what to do}. */
  public String line() {
    return ok
        ? "ok   " + subject + ": " + detail
        : "FAIL " + subject + ": " + detail + " → " + remedy;
  }
}
