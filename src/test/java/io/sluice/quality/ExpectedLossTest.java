package io.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.quality.ExpectedLoss.Level;
import io.sluice.quality.LossFit.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ExpectedLossTest {
  private static final int TOTAL = 8;

  /** Texts of a known law: longer ones and those with more left out differ more often. */
  private static List<Example> examples(long seed, int count) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 4 + random.nextInt(40);
      double dropped = random.nextDouble() * 0.3;
      double p = 1 / (1 + Math.exp(5 - 1.2 * Math.log(length) - 6 * dropped));
      double distance = (0.5 - 0.1 * Math.log(length)) * (0.5 + random.nextDouble());
      examples.add(new Example(length, dropped, random.nextDouble() < p ? distance : 0));
    }
    return examples;
  }

  /** A level that always differs, by so much. */
  private static Level level(RoutingMode mode, int decoder, int encoder, double distance) {
    return new Level(
        List.of(decoder, decoder),
        List.of(encoder),
        mode,
        new LossFit(30, 0, 0, distance, 0, 2 * distance));
  }

  private static Routing routing(RoutingMode mode, List<Integer> decoder, int encoder) {
    return new Routing(mode, decoder, TOTAL, List.of(encoder), TOTAL, BudgetCause.LAG, 0);
  }

  private static final ExpectedLoss LADDER =
      new ExpectedLoss(
          List.of(
              level(RoutingMode.TOKEN, 8, 4, 0.1),
              level(RoutingMode.SENTENCE, 6, 4, 0.2),
              level(RoutingMode.TOKEN, 6, 4, 0.3),
              level(RoutingMode.SENTENCE, 2, 2, 0.4)));

  @Test
  void shouldPredictWhatTextsLoseThatItHasNotSeen() {
    LossFit fit = LossFit.of(examples(1, 20_000));

    List<ExpectedLoss.Bin> table = ExpectedLoss.reliability(fit, examples(2, 20_000), 5);

    assertThat(table).hasSize(5);
    for (ExpectedLoss.Bin bin : table) {
      assertThat(bin.measured()).isCloseTo(bin.predicted(), Offset.offset(0.006));
    }
    assertThat(table.get(4).predicted()).isGreaterThan(2 * table.get(0).predicted());
  }

  @Test
  void shouldBoundNineOfTenTexts() {
    LossFit fit = LossFit.of(examples(1, 20_000));

    long within =
        examples(2, 20_000).stream().filter(each -> each.distance() <= fit.bound()).count();

    assertThat(within / 20_000.0).isCloseTo(0.9, Offset.offset(0.02));
  }

  @Test
  void shouldTakeTheBoundThatWasMeasuredAnew() {
    Routing routing = routing(RoutingMode.SENTENCE, List.of(6, 6), 4);

    ExpectedLoss changed = LADDER.withBound(LADDER.level(routing).orElseThrow(), 0.77);

    assertThat(changed.bound(routing)).isEqualTo(0.77);
    assertThat(changed.bound(routing(RoutingMode.SENTENCE, List.of(2, 2), 2))).isEqualTo(0.8);
    assertThat(changed.expected(routing, 9, 0)).isEqualTo(LADDER.expected(routing, 9, 0));
  }

  @Test
  void shouldLoseNothingAtFullQualityAndWhereNothingIsKnown() {
    assertThat(LADDER.expected(routing(RoutingMode.DENSE, List.of(8, 8), 8), 30, 0.5)).isZero();
    assertThat(LADDER.bound(routing(RoutingMode.DENSE, List.of(8, 8), 8))).isZero();
    assertThat(ExpectedLoss.UNKNOWN.expected(routing(RoutingMode.TOKEN, List.of(2, 2), 2), 30, 0.5))
        .isZero();
  }

  @Test
  void shouldTakeTheNearestLevelWithAtMostAsManyExperts() {
    assertThat(distance(RoutingMode.SENTENCE, List.of(6, 6), 4)).isEqualTo(0.2);
    assertThat(distance(RoutingMode.TOKEN, List.of(6, 6), 4)).isEqualTo(0.3);
    assertThat(distance(RoutingMode.TOKEN, List.of(7, 6), 5)).isEqualTo(0.3);
    assertThat(distance(RoutingMode.TOKEN, List.of(8, 8), 7)).isEqualTo(0.1);
    assertThat(distance(RoutingMode.SENTENCE, List.of(8, 5), 8)).isEqualTo(0.4);
  }

  @Test
  void shouldTakeAnotherModeRatherThanMoreExpertsAndTheCheapestLevelBelowAll() {
    assertThat(distance(RoutingMode.STATIC, List.of(6, 6), 4)).isIn(0.2, 0.3);
    assertThat(distance(RoutingMode.TOKEN, List.of(3, 3), 3)).isEqualTo(0.4);
    assertThat(distance(RoutingMode.TOKEN, List.of(1, 1), 1)).isEqualTo(0.4);
  }

  private static double distance(RoutingMode mode, List<Integer> decoder, int encoder) {
    return Math.round(1e6 * LADDER.expected(routing(mode, decoder, encoder), 12, 0.1)) / 1e6;
  }

  @Test
  void shouldTakeLevelsOfTheirOwnForTextsWhoseSearchWasNarrower() {
    ExpectedLoss narrow =
        new ExpectedLoss(
            List.of(
                narrow(RoutingMode.DENSE, 8, 8, 0.05), narrow(RoutingMode.SENTENCE, 6, 4, 0.25)));
    ExpectedLoss both = LADDER.and(narrow);

    assertThat(both.expected(narrowed(8, 8), 12, 0)).isCloseTo(0.05, Offset.offset(1e-6));
    assertThat(both.expected(narrowed(6, 4), 12, 0)).isCloseTo(0.25, Offset.offset(1e-6));
    assertThat(both.expected(narrowed(2, 2), 12, 0)).isCloseTo(0.25, Offset.offset(1e-6));
    assertThat(LADDER.expected(narrowed(6, 4), 12, 0)).as("nothing is known of it").isZero();
    assertThat(both.expected(routing(RoutingMode.SENTENCE, List.of(6, 6), 4), 12, 0))
        .isCloseTo(0.2, Offset.offset(1e-6));
    assertThat(ExpectedLossFile.read(ExpectedLossFile.write(both))).isEqualTo(both);
  }

  private static Level narrow(RoutingMode mode, int decoder, int encoder, double distance) {
    Level wide = level(mode, decoder, encoder, distance);
    return new Level(wide.decoderExperts(), wide.encoderExperts(), mode, 1, wide.fit());
  }

  private static Routing narrowed(int decoder, int encoder) {
    return new Routing(
        decoder == TOTAL ? RoutingMode.DENSE : RoutingMode.SENTENCE,
        List.of(decoder, decoder),
        TOTAL,
        List.of(encoder),
        TOTAL,
        BudgetCause.LAG,
        0,
        1,
        4);
  }

  @Test
  void shouldStayFiniteWhenNoTextDiffers() {
    LossFit fit = LossFit.of(List.of(new Example(5, 0, 0), new Example(9, 0.1, 0)));

    assertThat(fit.expected(10, 0.1)).isZero();
    assertThat(fit.bound()).isZero();
  }

  @Test
  void shouldReadWhatItWrites() {
    assertThat(ExpectedLossFile.read(ExpectedLossFile.write(LADDER))).isEqualTo(LADDER);
    assertThatThrownBy(
            () -> ExpectedLossFile.read(new ObjectMapper().createObjectNode().put("format", 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("format 9");
  }
}
