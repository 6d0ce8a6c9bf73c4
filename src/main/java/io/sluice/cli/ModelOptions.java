package io.sluice.cli;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.engine.OutputWords;
import io.sluice.engine.TransformerTranslator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model, on what, with which search. */
public final class ModelOptions {
  @Mixin private EngineOptions engine;

  @Option(
      names = "--beam",
      paramLabel = "N",
      defaultValue = "1",
      description = "Hypotheses kept in search; 1 is greedy.")
  private int beam;

  @Option(
      names = "--precision",
      paramLabel = "auto|float32|int8",
      defaultValue = "auto",
      description =
          "Their arithmetic; int8 needs oneDNN and a CPU with AVX-512 VNNI. auto: int8 where that is"
              + " so and the model has ranges for it, but float32 in commands that measure quality.")
  private ProductChoice.Precision precision;

  @Option(
      names = "--shortlist",
      paramLabel = "on|off|auto",
      defaultValue = "auto",
      description =
          "Compute likely output words only. auto: if the model has a list of them, but not in"
              + " commands that measure quality.")
  private ShortlistUse shortlist;

  /**
   * The files of the model.
   *
   * @throws ExitException if there are none
   */
  public ModelBundle bundle() {
    return engine.bundle();
  }

  /** Hypotheses kept in search. */
  public int beam() {
    return beam;
  }

  /**
   * Loads the model and warms it with every expert; logs what it runs on. Restricts the output
   * vocabulary if the bundle has a list of likely words, unless the user does not want it.
   *
   * @throws ExitException if it cannot be loaded
   */
  public TransformerTranslator load() {
    return load(precision, restricted());
  }

  private boolean restricted() {
    return shortlist == ShortlistUse.ON
        || (shortlist == ShortlistUse.AUTO && OutputWords.available(bundle()));
  }

  /**
   * The same with or without the whole vocabulary, whatever was asked for.
   *
   * @throws ExitException if it cannot be loaded
   */
  TransformerTranslator load(boolean restricted) {
    return load(precision, restricted);
  }

  /**
   * The same in another precision than was asked for.
   *
   * @throws ExitException if it cannot be loaded
   */
  TransformerTranslator load(ProductChoice.Precision another) {
    return load(another, restricted());
  }

  /**
   * The same in float32 and with the whole vocabulary, unless something else was asked for: to
   * measure and to compare.
   *
   * @throws ExitException if it cannot be loaded
   */
  public TransformerTranslator loadForMeasurement() {
    return load(
        precision == ProductChoice.Precision.AUTO ? ProductChoice.Precision.FLOAT32 : precision,
        shortlist == ShortlistUse.ON);
  }

  private TransformerTranslator load(ProductChoice.Precision wanted, boolean restricted) {
    if (beam < 1) {
      throw new ExitException(2, "--beam must be at least 1, is " + beam, null);
    }
    return engine.load(wanted, restricted, beam);
  }
}
