package io.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.TokenStatistics;
import io.sluice.quality.QualityCalibrator.Example;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QualityEstimatorTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");

  @Test
  void shouldBeatTheMeanLogProbabilityWhenOtherFeaturesCarrySignal() {
    Calibration calibration = QualityCalibrator.fit("ridge-1", Map.of(), examples(2000, 1));
    CalibrationReport report =
        CalibrationReport.of(new QualityEstimator(calibration), examples(1000, 2));
    assertThat(report.estimator().pearson()).isGreaterThan(report.baseline().pearson() + 0.1);
    assertThat(report.estimator().spearman()).isGreaterThan(report.baseline().spearman() + 0.1);
    assertThat(report.estimator().bins())
        .filteredOn(bin -> bin.count() >= 50)
        .hasSizeGreaterThan(2)
        .allSatisfy(
            bin -> assertThat(bin.meanPredicted()).isCloseTo(bin.meanObserved(), within(0.08)));
  }

  @Test
  void shouldGiveTheSameScoresAfterWritingAndReading() throws IOException {
    LanguageProfile english = LanguageProfile.learn(List.of("the cat and the dog"), 100);
    Calibration calibration =
        QualityCalibrator.fit("ridge-1", Map.of("en", english), examples(300, 3));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    calibration.write(file);
    QualityEstimator read = QualityEstimator.read(new ByteArrayInputStream(file.toByteArray()));
    QualityEstimator direct = new QualityEstimator(calibration);
    assertThat(read.method()).isEqualTo("ridge-1");
    for (Example example : examples(50, 4)) {
      assertThat(read.score(EN_DE, example.features()))
          .isEqualTo(direct.score(EN_DE, example.features()));
    }
    assertThat(read.languageFit("the dog", EN_DE)).isEqualTo(direct.languageFit("the dog", EN_DE));
  }

  @Test
  void shouldBeDeterministic() throws IOException {
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    QualityCalibrator.fit("ridge-1", Map.of(), examples(300, 3)).write(first);
    QualityCalibrator.fit("ridge-1", Map.of(), examples(300, 3)).write(second);
    assertThat(first.toByteArray()).isEqualTo(second.toByteArray());
  }

  @Test
  void shouldStayInRangeAndBeMonotoneInTheBundledCalibration() throws IOException {
    try (InputStream json = getClass().getResourceAsStream("/model/en-de/calibration.json")) {
      QualityEstimator estimator = QualityEstimator.read(json);
      assertThat(estimator.method()).isNotBlank();
      for (Example example : examples(200, 5)) {
        assertThat(estimator.score(EN_DE, example.features())).isBetween(0.0, 1.0);
      }
    }
  }

  @Test
  void shouldScoreRegionsLikeTheirLanguage() {
    QualityEstimator estimator =
        new QualityEstimator(QualityCalibrator.fit("ridge-1", Map.of(), examples(300, 3)));
    QualityFeatures features = examples(1, 6).get(0).features();
    assertThat(estimator.score(LanguagePair.of("en-US", "de-AT"), features))
        .isEqualTo(estimator.score(EN_DE, features));
  }

  @Test
  void shouldScoreUntranslatableInputLowWhenItIsAmongTheExamples() {
    List<Example> real = examples(1000, 7);
    List<Example> foreign = real.stream().map(QualityEstimatorTest::inAForeignLanguage).toList();
    QualityEstimator estimator =
        new QualityEstimator(
            QualityCalibrator.fit(
                "ridge-1",
                Map.of(),
                real,
                Map.of("foreign", foreign.subList(0, 100), "none", List.of())));
    for (LanguagePair pair : List.of(EN_DE, new LanguagePair("fr", "es"))) {
      for (int i = 500; i < 600; i++) {
        assertThat(estimator.score(pair, foreign.get(i).features())).isLessThan(0.1);
        assertThat(estimator.score(pair, real.get(i).features()))
            .isGreaterThan(estimator.score(pair, foreign.get(i).features()));
      }
    }
  }

  private static Example inAForeignLanguage(Example example) {
    QualityFeatures f = example.features();
    return new Example(
        EN_DE,
        new QualityFeatures(
            f.statistics(),
            9,
            9,
            0,
            0.3,
            false,
            f.copiedShare(),
            new SourceSignals(-12, 1.5, 0.6, -11, -2)),
        0);
  }

  @Test
  void shouldServeEveryDirectionByTheModelForAnyDirection() {
    QualityEstimator estimator =
        new QualityEstimator(QualityCalibrator.fit("ridge-1", Map.of(), examples(300, 3)));
    for (Example example : examples(50, 8)) {
      assertThat(estimator.score(new LanguagePair("fr", "es"), example.features()))
          .isBetween(0.0, 1.0);
    }
  }

  @Test
  void shouldScoreZeroWithoutOutput() {
    Calibration calibration = QualityCalibrator.fit("ridge-1", Map.of(), examples(300, 3));
    QualityFeatures nothing =
        new QualityFeatures(
            TokenStatistics.NONE, 4, 0, 0, 0, false, 0, new SourceSignals(0, 0, 0, 0, 0));
    assertThat(new QualityEstimator(calibration).score(EN_DE, nothing)).isZero();
  }

  @Test
  void shouldTellLanguagesAndGibberishApart() {
    List<String> english =
        List.of(
            "the man is walking to the house with his dog",
            "she is reading a book in the garden and the children are playing",
            "where did you put the keys that I gave you this morning");
    LanguageProfile profile = LanguageProfile.learn(english, 2000);
    double own = profile.fit("the dog is playing in the house");
    assertThat(profile.fit("les enfants jouaient près du vieux château")).isLessThan(own - 1);
    assertThat(NegativeInputs.gibberish(20, 7)).allMatch(line -> profile.fit(line) < own - 1);
    assertThat(profile.fit("")).isEqualTo(profile.floor());
  }

  @Test
  void shouldOfferNegativeInputs() {
    assertThat(NegativeInputs.french()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
    assertThat(NegativeInputs.shuffled("hello world", 1))
        .hasSameSizeAs("hello world")
        .isNotEqualTo("hello world");
  }

  @Test
  void shouldCountCopiedWords() {
    assertThat(CopiedWords.share("Je suis un petit chat", "Je suis ein petit Katze"))
        .isCloseTo(0.5, within(1e-9));
    assertThat(CopiedWords.share("12 30", "12 30")).isZero();
  }

  /** Quality depends on confidence, copying and language fit, with noise. */
  private static List<Example> examples(int count, long seed) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double mean = -Math.abs(random.nextGaussian()) * 0.5;
      double copied = random.nextInt(4) == 0 ? random.nextDouble() : 0;
      double fit = -6 - 2 * random.nextDouble();
      TokenStatistics statistics = TokenStatistics.NONE;
      for (int t = 0; t < 10; t++) {
        statistics = statistics.plusToken(mean, 2 + random.nextGaussian() * 0.3);
      }
      double quality =
          0.7 + 0.3 * mean - 0.5 * copied + 0.15 * (fit + 7) + 0.05 * random.nextGaussian();
      examples.add(
          new Example(
              EN_DE,
              new QualityFeatures(
                  statistics, 9, 9, 0, 0.9, false, copied, new SourceSignals(-8, 4, 0.1, fit, 0)),
              Math.max(0, Math.min(1, quality))));
    }
    return examples;
  }
}
