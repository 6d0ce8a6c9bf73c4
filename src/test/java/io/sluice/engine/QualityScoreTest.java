package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Translation;
import io.sluice.quality.ExpectedLoss;
import io.sluice.quality.ExpectedLossFile;
import io.sluice.quality.NegativeInputs;
import io.sluice.tensor.Nd4jBackend;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The score of the bundled model on input that it can translate, and on input that nobody can. */
class QualityScoreTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final LanguagePair DE_EN = new LanguagePair("de", "en");
  private static final double LOW = 0.40;
  private static final double PLAIN = 0.50;
  private static final long SEED = 2024; // not one that the calibration saw

  private static final List<String> ENGLISH =
      List.of(
          "A man is riding a bicycle down a quiet street.",
          "Two children are building a sandcastle on the beach.",
          "Three dogs are running through the snow.",
          "A woman in a yellow raincoat is waiting for the bus.",
          "An old man is feeding pigeons in the park.",
          "I have never been to Berlin.",
          "She is reading a book in the garden.",
          "Where did you buy this bread?",
          "Tom does not want to go to school today.",
          "The file could not be opened.");

  private static final List<String> GERMAN =
      List.of(
          "Ein Mann fährt mit dem Fahrrad eine Straße entlang.",
          "Zwei Kinder spielen am Strand.",
          "Drei Hunde laufen durch den Schnee.",
          "Eine Frau wartet auf den Bus.",
          "Ich war noch nie in Berlin.",
          "Sie liest ein Buch im Garten.",
          "Wo hast du dieses Brot gekauft?",
          "Tom will heute nicht in die Schule gehen.");

  /** Not those of {@link NegativeInputs}: the calibration has seen some of them. */
  private static final List<String> FRENCH =
      List.of(
          "La petite fille a perdu son chapeau dans la rivière.",
          "Mon frère travaille depuis dix ans dans une usine de chocolat.",
          "Nous avons oublié de fermer la porte du garage.",
          "Le boulanger vend du pain frais tous les matins.",
          "Elle voudrait apprendre à jouer de la guitare.",
          "Les étudiants attendent devant la bibliothèque fermée.",
          "Je ne comprends pas pourquoi tu es parti si tôt.",
          "Il faut arroser les fleurs avant le coucher du soleil.");

  private static TransformerTranslator translator;

  @BeforeAll
  static void load() {
    translator =
        TransformerTranslator.load(
            ModelBundle.bundled(),
            new Nd4jBackend(),
            TranslatorOptions.greedy("cpu/test").withShortlist(true)); // as it was calibrated
  }

  @AfterAll
  static void close() {
    translator.close();
  }

  @Test
  void shouldExpectALossOfEveryLevelOfTheLadderAndNoneAtFullQuality() {
    ExpectedLoss losses = ExpectedLossFile.read(ModelBundle.bundled().json(ExpectedLossFile.NAME));
    try (LineTranslator lines = new LineTranslator(translator, ExpertBudget.all(), 32, 1)) {
      assertThat(lines.translate(ENGLISH, EN_DE))
          .allSatisfy(each -> assertThat(each.quality().expectedLoss()).isZero());
    }
    double before = 0;
    for (ExpectedLoss.Level level : losses.levels()) {
      ExpertBudget budget =
          new ExpertBudget(
              level.decoderExperts(), level.encoderExperts(), level.mode(), BudgetCause.LAG, 0);
      try (LineTranslator lines = new LineTranslator(translator, budget, 32, 1)) {
        List<Translation> texts = lines.translate(ENGLISH, EN_DE);
        assertThat(texts)
            .allSatisfy(each -> assertThat(each.quality().expectedLoss()).isBetween(0.001, 0.9));
        double mean =
            texts.stream().mapToDouble(each -> each.quality().expectedLoss()).average().orElse(0);
        assertThat(mean).isGreaterThan(0.7 * before);
        before = mean;
      }
    }
  }

  @Test
  void shouldScorePlainSentencesWell() {
    assertThat(scores(ENGLISH, EN_DE)).allSatisfy(s -> assertThat(s).isGreaterThan(PLAIN));
    assertThat(scores(GERMAN, DE_EN)).allSatisfy(s -> assertThat(s).isGreaterThan(PLAIN));
  }

  @Test
  void shouldScoreGibberishLowInBothDirections() {
    List<String> gibberish = NegativeInputs.gibberish(12, SEED);
    for (LanguagePair direction : List.of(EN_DE, DE_EN)) {
      assertThat(scores(gibberish, direction)).allSatisfy(s -> assertThat(s).isLessThan(LOW));
    }
  }

  @Test
  void shouldScoreFrenchLowInBothDirections() {
    for (LanguagePair direction : List.of(EN_DE, DE_EN)) {
      List<Double> scores = scores(FRENCH, direction);
      // a list of likely words makes single sentences look better than they are
      assertThat(scores).allSatisfy(s -> assertThat(s).isLessThan(0.5));
      assertThat(scores.stream().mapToDouble(s -> s).sum() / scores.size()).isLessThan(0.2);
    }
  }

  @Test
  void shouldScoreSentencesWithTheirLettersShuffledBelowTheSentences() {
    List<Double> plain = scores(ENGLISH, EN_DE);
    List<Double> shuffled =
        scores(ENGLISH.stream().map(s -> NegativeInputs.shuffled(s, SEED)).toList(), EN_DE);
    for (int i = 0; i < ENGLISH.size(); i++) {
      assertThat(shuffled.get(i)).as(ENGLISH.get(i)).isLessThan(plain.get(i) - 0.1);
    }
  }

  @Test
  void shouldStateTheMethod() {
    Translation translation = translate(ENGLISH.subList(0, 1), EN_DE).get(0);
    assertThat(translation.quality().method()).isEqualTo("ridge-isotonic-1");
    assertThat(translation.quality().score()).isBetween(0.0, 1.0);
  }

  private static List<Double> scores(List<String> texts, LanguagePair direction) {
    return translate(texts, direction).stream().map(t -> t.quality().score()).toList();
  }

  private static List<Translation> translate(List<String> texts, LanguagePair direction) {
    try (LineTranslator lines = new LineTranslator(translator, ExpertBudget.all(), 16, 1)) {
      return lines.translate(texts, direction);
    }
  }
}
