package io.sluice.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.BatchWork;
import io.sluice.control.ServiceLevel;
import io.sluice.control.TimeTable;
import io.sluice.control.ladder.TimesFile;
import io.sluice.cost.MachineTimes.Entry;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTimesTest {
  private static final MachineTimes TIMES =
      new MachineTimes(
          "AMD EPYC (test)",
          2,
          "nd4j-cpu",
          "float32",
          "model, version 1",
          "0123abcd+4567",
          32,
          16,
          List.of(new Entry(RoutingMode.DENSE, 16, new TimeLine(0.4, 0.03, 0.01, 0.05))),
          List.of(
              new Entry(RoutingMode.DENSE, 32, new TimeLine(0.9, 0.08, 0.02, 0.06)),
              new Entry(RoutingMode.TOKEN, 16, new TimeLine(0.7, 0.06, 0.03, 0.07))));

  @Test
  void shouldComeBackFromItsJson() throws IOException {
    String text = TIMES.json().toPrettyString();

    assertThat(MachineTimes.read(new ObjectMapper().readTree(text))).isEqualTo(TIMES);
  }

  @Test
  void shouldBeWhatTheControllerReads() {
    TimeTable table = TimesFile.read(TIMES.json());
    ServiceLevel level =
        new ServiceLevel(
            1,
            List.of(16, 16, 16),
            List.of(16, 16),
            RoutingMode.TOKEN,
            1,
            false,
            0.8,
            0.5,
            0.1,
            0.1,
            0.01);

    assertThat(table.millis(level, new BatchWork(32, 500, 480, 20)))
        .isCloseTo(0.4 + 0.03 * 500 + 0.7 * 20 + 0.06 * 480, within(1e-9));
  }

  @Test
  void shouldRefuseAnotherFormat() {
    assertThatThrownBy(() -> MachineTimes.read(TIMES.json().put("format", 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2");
  }

  @Test
  void shouldHaveAFileForEachMachineAndModel() {
    assertThat(TIMES.file(Path.of("caches")))
        .isEqualTo(Path.of("caches/sluice/times/amd-epyc-test-2-nd4j-cpu-float32-0123abcd.json"));
  }

  @Test
  void shouldFitOneLineForEachModeAndNumberOfExperts() {
    List<BatchRounds> measured = new ArrayList<>();
    for (int rows : new int[] {1, 8}) {
      measured.add(rounds(rows, RoutingMode.DENSE, 32, 1.0));
      measured.add(rounds(rows, RoutingMode.TOKEN, 16, 0.5));
    }

    List<Entry> decoder = TimesFit.decoder(measured);
    List<Entry> encoder = TimesFit.encoder(measured);

    assertThat(decoder).extracting(Entry::experts).containsExactly(32, 16);
    assertThat(decoder)
        .extracting(Entry::mode)
        .containsExactly(RoutingMode.DENSE, RoutingMode.TOKEN);
    assertThat(decoder.get(0).line().fixedMillis()).isCloseTo(1, within(1e-9));
    assertThat(decoder.get(1).line().fixedMillis()).isCloseTo(0.5, within(1e-9));
    assertThat(decoder.get(1).line().tokenMillis()).isCloseTo(0.1, within(1e-9));
    assertThat(encoder).hasSize(1);
    assertThat(encoder.get(0).mode()).isEqualTo(RoutingMode.DENSE);
    assertThat(encoder.get(0).line().tokenMillis()).isCloseTo(0.2, within(1e-9));
  }

  /** Three rounds, of which the middle one lies on the line and the others do not. */
  private static BatchRounds rounds(int rows, RoutingMode mode, int experts, double fixed) {
    Routing routing =
        new Routing(mode, List.of(experts), 32, List.of(16), 16, BudgetCause.MANUAL, 0);
    BatchRounds rounds = new BatchRounds(rows, ExpertBudget.all());
    for (double factor : new double[] {0.5, 1, 7}) {
      List<BatchTime> batches = new ArrayList<>();
      for (int length = 4; length < 9; length++) {
        int[] lengths = new int[rows];
        java.util.Arrays.fill(lengths, length);
        BatchShape shape = new BatchShape(lengths, lengths, length);
        batches.add(
            new BatchTime(
                shape,
                factor * (3 + 0.2 * shape.sourceTokens()),
                factor * (fixed * shape.steps() + 0.1 * shape.targetTokens())));
      }
      rounds.add(new BatchRounds.Round(new StageTimes(), batches, factor, routing));
    }
    assertThat(rounds.sentencesPerSecond()).isEqualTo(5.0 * rows);
    return rounds;
  }
}
