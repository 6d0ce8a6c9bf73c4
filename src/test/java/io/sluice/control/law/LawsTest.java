package io.sluice.control.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.control.Capacity;
import io.sluice.control.Ladders;
import io.sluice.control.LoadSample;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LawsTest {
  private static final Capacity CAPACITY =
      new Capacity(List.of(1000.0, 1200.0, 1400.0, 1600.0), List.of(200.0, 170.0, 140.0, 120.0));
  private static final long MILLI = 1_000_000;

  private static Situation situation(
      long millis, int level, double waitingTokens, double arrival, double ageMillis) {
    LoadSample load =
        new LoadSample(
            millis * MILLI,
            waitingTokens / 10,
            waitingTokens,
            0,
            ageMillis,
            arrival,
            arrival,
            10,
            false,
            false);
    return new Situation(load, level, CAPACITY);
  }

  @ParameterizedTest
  @CsvSource({
    // level now, waiting tokens, arrivals, expected level
    "0, 0, 0, 0",
    "0, 0, 900, 0",
    "0, 100, 900, 0", // gathers while a batch runs
    "0, 0, 1020, 0", // a trifle too little: no matter for 15 seconds
    "0, 0, 1100, 0", // holds for some seconds
    "0, 1200, 1100, 0", // for five still
    "0, 1300, 1100, 1", // and then no longer
    "1, 0, 1000, 0",
    "1, 0, 1080, 0",
    "1, 0, 1090, 1", // level 0 would not hold for 15 seconds
    "0, 0, 1350, 1",
    "0, 0, 1370, 2", // level 1 would not hold for 10
    "0, 0, 1540, 2",
    "0, 1000, 1540, 3",
    "0, 0, 9999, 3",
    "0, 900, 900, 0", // a short wait
    "0, 3000, 900, 3", // one that breaks the objective
    "3, 0, 900, 0",
    "3, 3000, 900, 3",
    "1, 400, 1195, 1", // the wait is short
    "1, 2300, 1195, 3" // the wait is long
  })
  void shouldTakeTheBestLevelThatCopes(int level, double waiting, double arrival, int expected) {
    ModelLaw law = law(List.of(0.0, 0.2, 0.6, 2.0));

    assertThat(law.level(situation(0, level, waiting, arrival, 0))).isEqualTo(expected);
  }

  private static ModelLaw law(List<Double> losses) {
    return new ModelLaw(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ZERO, losses, 0.05);
  }

  @Test
  void shouldUseTheObjectiveOnlyWhileSomeLevelTakesAllThatComes() {
    ModelLaw law = law(List.of(0.0, 0.9, 3.6));
    List<Double> batches = List.of(200.0, 190.0, 180.0);
    LoadSample load = situation(0, 0, 0, 1070, 0).load();

    assertThat(
            law.level(
                new Situation(load, 0, new Capacity(List.of(1000.0, 1055.0, 1057.0), batches))))
        .isEqualTo(1);
    assertThat(
            law.level(
                new Situation(load, 0, new Capacity(List.of(1000.0, 1055.0, 1070.0), batches))))
        .isZero();
  }

  @Test
  void shouldNotTakeALevelThatAnotherBeatsWhereNoneCopes() {
    LoadSample load = situation(0, 3, 9000, 5000, 0).load();
    Capacity uneven =
        new Capacity(List.of(1000.0, 1200.0, 1100.0, 700.0), List.of(200.0, 170.0, 180.0, 280.0));
    ModelLaw law = law(List.of(0.0, 0.2, 0.6, 2.0));

    assertThat(law.level(new Situation(load, 3, uneven))).isEqualTo(1);
    assertThat(law.level(new Situation(load, 0, uneven))).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    // service rates, arrivals, waiting tokens, level now, expected: 3.6 points for the lowest level
    "1000 1070 1140, 1200, 0, 0, 2", // it grows 3 times more slowly
    "1000 1070 1140, 1200, 6000, 2, 2", // and that goes on being worth it
    "1000 1002 1005, 1200, 0, 0, 0", // nothing is saved
    "1000 1002 1005, 1200, 6000, 2, 0", // so there is no reason to stay
    "1000 1070 1075, 1200, 3000, 0, 1", // the last step saves too little
    "1000 1300 1600, 2500, 3000, 0, 2", // nobody keeps up, but it is worth it
    "1000 1070 1140, 4000, 6000, 0, 1", // hopeless: only what is cheap
    "1000 1070 1140, 980, 9000, 0, 1", // close to capacity: drained five times as fast
    "1000 1070 1140, 100, 9000, 0, 1", // it is drained soon without much
    "1000 0900 0800, 2000, 9000, 0, 0" // levels that are slower
  })
  void shouldWeighWhatIsGainedAgainstWhatIsLostWhereNoneCopes(
      String rates, double arrival, double waiting, int level, int expected) {
    List<Double> tokens = Arrays.stream(rates.split(" ")).map(Double::valueOf).toList();
    List<Double> batches = tokens.stream().map(rate -> 200_000 / rate).toList();
    LoadSample load = situation(0, level, waiting, arrival, 0).load();
    ModelLaw law = law(List.of(0.0, 0.9, 3.6));

    assertThat(law.level(new Situation(load, level, new Capacity(tokens, batches))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 1500, 1", "3, 1500, 3", "2, 500, 2", "2, 50, 1", "0, 50, 0"})
  void shouldMoveOneLevelWhenAThresholdIsPassed(int level, double age, int expected) {
    ThresholdLaw law = new ThresholdLaw(ThresholdLaw.Signal.OLDEST_AGE_MILLIS, 1000, 100);

    assertThat(law.level(situation(0, level, 0, 0, age))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"LAG_RECORDS, 1, 1", "BACKLOG_MILLIS, 400, 1", "BACKLOG_MILLIS, 600, 0"})
  void shouldCompareTheSignalThatIsAskedFor(ThresholdLaw.Signal signal, double high, int expected) {
    // 500 tokens: 50 records, half a second at full quality
    assertThat(new ThresholdLaw(signal, high, 0).level(situation(0, 0, 500, 0, 0)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 1500, 2", "2, 1500, 3", "3, 1500, 3", "3, 0, 2", "0, 0, 0"})
  void shouldDecreaseByHalvesAndIncreaseByOne(int level, double age, int expected) {
    assertThat(new AimdLaw(1000).level(situation(0, level, 0, 0, age))).isEqualTo(expected);
  }

  @Test
  void shouldRiseOnlyToWhatAHeavierLoadWouldAllow() {
    ControlLaw law = new Hysteresis(law(List.of(0.0, 0.2, 0.6, 2.0)), 0.1);

    assertThat(law.level(situation(0, 1, 0, 1000, 0))).isEqualTo(1);
    assertThat(law.level(situation(0, 1, 0, 900, 0))).isZero();
    assertThat(law.level(situation(0, 0, 0, 1000, 0))).isZero();
  }

  @Test
  void shouldWaitBeforeItRestoresAndNotBeforeItDegrades() {
    ControlLaw law =
        new Dwell(
            situation -> (int) situation.load().waitingTokens(),
            Duration.ofMillis(500),
            Duration.ofSeconds(2));

    assertThat(law.level(situation(0, 0, 2, 0, 0))).isEqualTo(2);
    assertThat(law.level(situation(200, 2, 3, 0, 0))).isEqualTo(2); // too soon after a change
    assertThat(law.level(situation(600, 2, 3, 0, 0))).isEqualTo(3);
    assertThat(law.level(situation(700, 3, 0, 0, 0))).isEqualTo(3);
    assertThat(law.level(situation(1700, 3, 2, 0, 0))).isEqualTo(3);
    assertThat(law.level(situation(2700, 3, 1, 0, 0))).isEqualTo(1); // two seconds: the last wish
    assertThat(law.level(situation(2800, 1, 0, 0, 0))).isEqualTo(1);
    assertThat(law.level(situation(2900, 1, 1, 0, 0))).isEqualTo(1); // the wish breaks off
    assertThat(law.level(situation(4900, 1, 0, 0, 0))).isEqualTo(1);
  }

  @Test
  void shouldFollowAJumpSoonAndIgnoreNoise() {
    double[] seen = new double[1];
    ControlLaw law =
        new Smoothed(
            situation -> {
              seen[0] = situation.load().arrivalTokensPerSecond();
              return 0;
            },
            Duration.ofMillis(700),
            Duration.ofSeconds(8));
    for (int i = 0; i < 100; i++) {
      law.level(situation(i * 200L, 0, 0, i % 2 == 0 ? 900 : 1100, 0));
    }
    assertThat(seen[0]).isCloseTo(1000, Offset.offset(15.0));

    for (int i = 100; i < 115; i++) { // three seconds
      law.level(situation(i * 200L, 0, 0, 3000, 0));
    }
    assertThat(seen[0]).isGreaterThan(2600);
  }

  @ParameterizedTest
  @CsvSource({
    "fixed, 0",
    "fixed:32, 0",
    "fixed:16, 2",
    "fixed:20, 2",
    "fixed:4, 4",
    "fixed:3, 4",
    "model, 0"
  })
  void shouldStartWhereTheLawSays(String name, int expected) {
    ControlLaw law = Laws.named(name, Ladders.five(), Duration.ofSeconds(2), Duration.ofSeconds(5));

    assertThat(law.start()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"nonsense", "fixed:x", "fixed:0"})
  void shouldRefuseLawsThatAreNone(String name) {
    assertThatThrownBy(
            () -> Laws.named(name, Ladders.five(), Duration.ofSeconds(2), Duration.ofSeconds(5)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
