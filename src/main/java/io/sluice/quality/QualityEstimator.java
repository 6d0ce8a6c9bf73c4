package io.sluice.quality;

import io.sluice.domain.LanguagePair;
import java.io.IOException;
import java.io.InputStream;

/** Estimates the quality of a translation without a reference. Immutable, thread-safe. */
public final class QualityEstimator {
  private final Calibration calibration;

  public QualityEstimator(Calibration calibration) {
    this.calibration = calibration;
  }

  /**
   * Reads {@code calibration.json}; does not close it.
   *
   * @throws IOException if it is not a calibration for the features of this version
   */
  public static QualityEstimator read(InputStream json) throws IOException {
    return new QualityEstimator(Calibration.read(json));
  }

  /**
   * Reads the calibration of another model, for want of an own one: {@link #method()} ends in
   * {@code -borrowed}. Does not close it.
   *
   * @throws IOException if it is not a calibration for the features of this version
   */
  public static QualityEstimator borrowed(InputStream json) throws IOException {
    Calibration other = Calibration.read(json);
    return new QualityEstimator(
        new Calibration(other.method() + "-borrowed", other.directions(), other.languages()));
  }

  /** Name and version, for the result's {@code method}. */
  public String method() {
    return calibration.method();
  }

  /**
   * Expected chrF against the best reference. Regions are ignored where a language has no model of
   * its own for them.
   *
   * @return 0 to 1
   * @throws IllegalArgumentException if the calibration has no model for the direction
   */
  public double score(LanguagePair languages, QualityFeatures features) {
    DirectionModel model = calibration.directions().get(languages.toString());
    if (model == null) {
      model = calibration.directions().get(base(languages).toString());
    }
    if (model == null) {
      model = calibration.directions().get(Calibration.ANY_DIRECTION);
    }
    if (model == null) {
      throw new IllegalArgumentException("no calibration for " + languages);
    }
    return features.outputTokens() == 0 ? 0 : model.score(features);
  }

  /**
   * Mean log-frequency of the source's character trigrams in its own language.
   *
   * @return natural log; 0 without a profile of the language
   */
  public double languageFit(String source, LanguagePair languages) {
    LanguageProfile profile = calibration.languages().get(base(languages).source());
    return profile == null ? 0 : profile.fit(source);
  }

  /**
   * How much better the source text fits its own language than the target language.
   *
   * @return difference of natural logs; 0 without both profiles
   */
  public double languageMargin(String source, LanguagePair languages) {
    LanguageProfile own = calibration.languages().get(base(languages).source());
    LanguageProfile other = calibration.languages().get(base(languages).target());
    return own == null || other == null ? 0 : own.fit(source) - other.fit(source);
  }

  /** The direction without regions and scripts. */
  private static LanguagePair base(LanguagePair languages) {
    return new LanguagePair(base(languages.source()), base(languages.target()));
  }

  private static String base(String tag) {
    int dash = tag.indexOf('-');
    return dash < 0 ? tag : tag.substring(0, dash);
  }
}
