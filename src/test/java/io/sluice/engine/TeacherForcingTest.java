package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.TeacherForcing.Answer;
import io.sluice.engine.TeacherForcing.Example;
import io.sluice.tensor.Nd4jBackend;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TeacherForcingTest {
  private static TransformerTranslator translator;

  @BeforeAll
  static void load() {
    translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"));
  }

  @AfterAll
  static void close() {
    translator.close();
  }

  @Test
  void shouldGiveTheReferenceProbabilitiesWhenFedTheGreedyOutput() throws IOException {
    JsonNode sentences;
    try (InputStream json = TeacherForcingTest.class.getResourceAsStream("/golden/golden.json")) {
      sentences = new ObjectMapper().readTree(json);
    }
    List<Example> examples = new ArrayList<>();
    for (JsonNode sentence : sentences) {
      int[] greedy = ids(sentence, "greedy_ids"); // pieces, end of sentence
      int[] target = new int[greedy.length + 1];
      target[0] = sentence.path("decoder_input_ids").get(1).asInt();
      System.arraycopy(greedy, 0, target, 1, greedy.length);
      examples.add(new Example(ids(sentence, "source_ids"), target));
    }

    List<Answer> answers = translator.teacherForcing().answer(examples, ExpertBudget.all());

    for (int i = 0; i < examples.size(); i++) {
      assertThat(answers.get(i).best()).isEqualTo(ids(sentences.get(i), "greedy_ids"));
      for (int t = 0; t < examples.get(i).positions(); t++) {
        assertThat((double) answers.get(i).logProbabilities()[t])
            .isCloseTo(
                sentences.get(i).path("token_log_probabilities").get(t).asDouble(), within(1e-4));
      }
    }
  }

  @Test
  void shouldAnswerEachExampleTheSameAloneAndInABatch() {
    TeacherForcing forcing = translator.teacherForcing();
    LanguagePair pair = new LanguagePair("en", "de");
    List<Example> examples =
        List.of(
            forcing.example("Good morning.", "Guten Morgen.", pair),
            forcing.example("", "", pair),
            forcing.example(
                "A man in a red shirt rides a bicycle down a quiet street.",
                "Das ist eine ganz andere Übersetzung als die, die das Modell wählen würde.",
                pair));

    List<Answer> together = forcing.answer(examples, ExpertBudget.all());

    assertThat(together.get(1).best()).hasSize(1);
    for (int i = 0; i < examples.size(); i++) {
      Answer alone = forcing.answer(examples.subList(i, i + 1), ExpertBudget.all()).get(0);
      assertThat(together.get(i).best()).isEqualTo(alone.best());
      assertThat(together.get(i).logProbabilities())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(alone.logProbabilities());
    }
    double unlikely = mean(together.get(2));
    assertThat(unlikely).isLessThan(mean(together.get(0)));
  }

  private static double mean(Answer answer) {
    double sum = 0;
    for (float value : answer.logProbabilities()) {
      sum += value;
    }
    return sum / answer.best().length;
  }

  private static int[] ids(JsonNode sentence, String field) {
    int[] ids = new int[sentence.path(field).size()];
    Arrays.setAll(ids, i -> sentence.path(field).get(i).asInt());
    return ids;
  }
}
