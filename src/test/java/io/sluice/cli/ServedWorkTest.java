package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ServedWorkTest {
  private static final List<Double> RATES = List.of(100.0, 200.0);

  private final ServedWork work = new ServedWork(2);

  private void second(int second, int waiting, int full, int cheap) {
    work.unanswered(second + 0.1, waiting + 50);
    work.unanswered(second + 0.6, waiting);
    for (int i = 0; i < full; i++) {
      work.result(second + 0.5, 0);
    }
    for (int i = 0; i < cheap; i++) {
      work.result(second + 0.5, 1);
    }
  }

  @Test
  void shouldWeighResultsByWhatTheirLevelTakes() {
    second(0, 500, 80, 0);
    second(1, 500, 0, 160);
    second(2, 500, 40, 80);

    assertThat(work.slowness(RATES, 400).orElseThrow()).isCloseTo(1 / 0.8, within(1e-9));
  }

  @Test
  void shouldLeaveOutSecondsInWhichThereWasLittleToDo() {
    for (int second = 0; second < 3; second++) {
      second(second, 500, 100, 0);
      second(10 + second, 300, 7, 0);
    }

    assertThat(work.slowness(RATES, 400).orElseThrow()).isCloseTo(1, within(1e-9));
  }

  @Test
  void shouldCountSecondsInWhichNothingCame() {
    second(0, 500, 100, 0);
    second(1, 500, 0, 0);
    second(2, 500, 50, 100);

    assertThat(work.slowness(RATES, 400).orElseThrow()).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void shouldSayNothingOfAMomentOrOfNone() {
    assertThat(work.slowness(RATES, 400)).isEmpty();
    second(0, 500, 100, 0);
    second(1, 500, 100, 0);

    assertThat(work.slowness(RATES, 400)).isEmpty();
  }
}
