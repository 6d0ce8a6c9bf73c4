package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.avro.TranslationResult;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.codec.ResultEncoder;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Latency;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Priority;
import io.sluice.domain.Request;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.Nd4jBackend;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of the bundled model, made again by the command. */
class ITReplay {
  private static final String TEXT =
      "A man in an orange hat is staring at something. Two dogs are playing on the wet grass.";
  private static final String SEARCHED = "A young girl breaks a thin board with a high kick.";
  private static final LanguagePair PAIR = new LanguagePair("en", "de");

  private static String degraded;
  private static String full;
  private static String wide;
  private static String narrowed;
  @TempDir private Path folder;

  private record Outcome(int status, String out, String err) {}

  @BeforeAll
  static void translate() throws Exception {
    try (TransformerTranslator translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("cpu/elsewhere"))) {
      degraded =
          result(
              TEXT,
              translator,
              translator.budgets().uniform(1, 2, RoutingMode.TOKEN, BudgetCause.LAG));
      full = result(TEXT, translator, ExpertBudget.all());
    }
    try (TransformerTranslator translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), new TranslatorOptions(4, "cpu/elsewhere"))) {
      wide = result(SEARCHED, translator, ExpertBudget.all());
      narrowed = result(SEARCHED, translator, ExpertBudget.all().withBeam(1));
    }
    assertThat(degraded).contains("\"degraded\": true");
    assertThat(wide).contains("\"beamSize\": 4", "\"degraded\": false");
    assertThat(narrowed).contains("\"beamSize\": 1", "\"degraded\": true");
    assertThat(full).contains("\"degraded\": false");
  }

  /** As {@code consume --json} prints it. */
  private static String result(String source, TransformerTranslator translator, ExpertBudget budget)
      throws Exception {
    PreparedText prepared = translator.prepare(source, PAIR);
    Request request =
        new Request(
            "id-1",
            source,
            PAIR,
            Optional.empty(),
            Priority.STANDARD,
            OptionalDouble.empty(),
            Optional.empty(),
            Map.of());
    byte[] bytes =
        new ResultEncoder(1)
            .encode(
                request,
                translator.assemble(prepared, translator.translate(prepared.segments(), budget)),
                new Latency(0, 0, 0, 0, 0));
    return new SpecificDatumReader<TranslationResult>(TranslationResult.getClassSchema())
        .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null))
        .toString();
  }

  private Outcome replay(String result, String text, String... more) throws Exception {
    Path resultFile = Files.writeString(folder.resolve("result.json"), result + "\n");
    Path requestFile = Files.writeString(folder.resolve("request.txt"), text + "\n");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments =
        new ArrayList<>(List.of("replay", "--result=" + resultFile, "--request=" + requestFile));
    arguments.addAll(List.of(more));
    int status =
        Main.run(
            Map.of(), new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    return new Outcome(status, out.toString(), err.toString());
  }

  @Test
  void shouldMakeTheSameTextWithTheStampedSettings() throws Exception {
    assertThat(degraded).as("fewer experts change this text").doesNotContain(text(full));

    Outcome low = replay(degraded, TEXT);
    assertThat(low.out()).contains("id-1: the same text");
    assertThat(low.err()).contains("id-1: differs: device cpu/elsewhere, here ");
    assertThat(low.status()).isZero();
    Outcome high = replay(full, TEXT);
    assertThat(high.status()).as(high.out() + high.err()).isZero();
  }

  @Test
  void shouldSearchAsWideAsTheResultSays() throws Exception {
    assertThat(text(wide)).as("a wider beam changes this text").isNotEqualTo(text(narrowed));

    assertThat(replay(wide, SEARCHED).out()).contains("id-1: the same text");
    assertThat(replay(narrowed, SEARCHED).out()).contains("id-1: the same text");
  }

  private static String text(String json) {
    return StampedResult.parse(json).text();
  }

  @Test
  void shouldFailAndShowBothWhenTheTextIsAnotherOne() throws Exception {
    Outcome outcome = replay(degraded, "Two women are cooking.");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("id-1: another text", "was: ", "is:  ");
  }

  @Test
  void shouldSayWhichSettingsDifferWhenTheModelIsAnotherOne() throws Exception {
    String digest = StampedResult.parse(full).model().digest();
    Outcome outcome =
        replay(full.replace(digest, "0".repeat(64)).replace("\"float32\"", "\"bfloat16\""), TEXT);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .contains(
            "model digest " + "0".repeat(64) + ", here " + digest, "precision bfloat16, here ");
    assertThat(outcome.out()).contains("another model");
  }

  @Test
  void shouldRefuseOptionsForWhatTheResultSays() throws Exception {
    for (String option : List.of("--beam=2", "--precision=int8", "--shortlist=on")) {
      Outcome outcome = replay(full, TEXT, option);
      assertThat(outcome.status()).as(option).isEqualTo(2);
      assertThat(outcome.err()).contains(option);
    }
  }

  @Test
  void shouldRefuseWhatIsNoResult() throws Exception {
    assertThat(replay("{\"id\": \"1\"}", TEXT).status()).isEqualTo(2);
    assertThat(replay("rubbish", TEXT).err()).contains("not a result as consume --json prints it");
    assertThat(replay("", TEXT).status()).isEqualTo(2);
  }
}
