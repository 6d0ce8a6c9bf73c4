package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.Ladders;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.ladder.LadderFile;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.Nd4jBackend;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A beam above a ladder of experts, and how an application takes such a ladder. */
class BeamLadderTest {
  private static final int BEAM = 4;
  private static final List<String> SOURCES =
      List.of(
          "Two young men are playing football on a wet street.",
          "The file could not be saved because the disk is full.",
          "I would never have thought that she could do it alone.");
  private static final List<String> REFERENCES =
      List.of(
          "Zwei junge Männer spielen Fußball auf einer nassen Straße.",
          "Die Datei konnte nicht gespeichert werden, weil die Festplatte voll ist.",
          "Ich hätte nie gedacht, dass sie das alleine kann.");

  @TempDir private Path folder;

  private static TransformerTranslator load(int beam) {
    return TransformerTranslator.load(
        ModelBundle.bundled(), new Nd4jBackend(), new TranslatorOptions(beam, "cpu/test"));
  }

  private static ServiceLadder whole(List<ExpertBudget> asked) {
    Options options = new Options();
    new CommandLine(options).parseArgs();
    try (TransformerTranslator translator = load(BEAM)) {
      EvaluationRun run =
          new EvaluationRun(
              translator,
              new LanguagePair("en", "de"),
              SOURCES,
              REFERENCES,
              options.batching,
              new Progress(new PrintWriter(new StringWriter()), "translated"));
      return new BeamLadder(Ladders.five(), BEAM, Ladders.times(), line -> {})
          .measure(
              budget -> {
                asked.add(budget);
                return List.of(run.evaluate(budget));
              });
    }
  }

  /** Holds the options of a command. */
  private static final class Options {
    @CommandLine.Mixin private BatchOptions batching;
  }

  @Test
  void shouldPutTheBeamAboveGreedyLevelsAndMeasureThemAgainstIt() {
    List<ExpertBudget> asked = new ArrayList<>();
    ServiceLadder ladder = whole(asked);
    ServiceLadder greedy = Ladders.five();

    assertThat(asked).extracting(ExpertBudget::beam).startsWith(0, 1, 1).hasSize(6);
    assertThat(ladder.narrows()).isTrue();
    assertThat(ladder.levels()).hasSize(6);
    assertThat(ladder.level(0).beam()).isEqualTo(BEAM);
    assertThat(ladder.level(0).bleuLoss()).isZero();
    assertThat(ladder.levels().subList(1, 6)).extracting(ServiceLevel::beam).containsOnly(1);
    assertThat(ladder.level(1).decoderExperts()).containsOnly(32);
    double search = ladder.level(1).bleuLoss();
    for (int level = 1; level < 6; level++) {
      assertThat(ladder.level(level).bleuLoss())
          .isCloseTo(search + greedy.level(level - 1).bleuLoss(), within(1e-9));
      assertThat(ladder.level(level).cost() / ladder.level(1).cost())
          .isCloseTo(greedy.level(level - 1).cost(), within(0.1));
    }
    assertThat(ladder.level(1).cost()).isLessThan(0.7);
  }

  @Test
  void shouldWantTheBeamOfItsFirstLevel() throws Exception {
    Path file = folder.resolve("ladder-all.json");
    Files.writeString(file, LadderFile.write(whole(new ArrayList<>())).toString());
    ExpertControl control =
        ITLagControl.Asked.control("--ladder", "all", "--ladder-file", file.toString());

    try (TransformerTranslator greedy = load(1);
        TransformerTranslator wide = load(BEAM)) {
      assertThatThrownBy(() -> control.searching(greedy))
          .isInstanceOf(ExitException.class)
          .hasMessageContaining("add --beam 4");
      assertThat(control.searching(wide)).isSameAs(control);
      ExpertControl experts = ITLagControl.Asked.control();
      assertThat(experts.searching(wide)).isSameAs(experts);
    }
  }
}
