package io.sluice.cli;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.RejectedException;
import picocli.CommandLine.Option;

/** The direction of translation. */
public final class LanguageOptions {
  @Option(
      names = "--from",
      paramLabel = "LANGUAGE",
      required = true,
      description = "Source language, BCP-47, such as en.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "LANGUAGE",
      required = true,
      description = "Target language, BCP-47, such as de.")
  private String to;

  /**
   * The direction.
   *
   * @throws ExitException with status 2 if it is none
   */
  public LanguagePair pair() {
    try {
      return LanguagePair.of(from, to);
    } catch (RejectedException e) {
      throw new ExitException(2, "--from, --to: " + e.getMessage(), e);
    }
  }
}
