package io.sluice.cli;

/**
 * What the doctor found out about one thing.
 *
 * @param ok true if nothing stands in the way
 * @param subject what was looked at
 * @param detail what was seen
 * @param remedy what to do; empty if there is nothing to do
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

  /** No reason to fail, but something that someone should know. */
  public static Finding warn(String subject, String detail, String remedy) {
    return new Finding(true, subject, detail, remedy);
  }

  /** {@code ok java: …} or {@code FAIL broker: … → what to do}, {@code WARN …} in between. */
  public String line() {
    if (remedy.isEmpty()) {
      return "ok   " + subject + ": " + detail;
    }
    return (ok ? "WARN " : "FAIL ") + subject + ": " + detail + " → " + remedy;
  }
}
