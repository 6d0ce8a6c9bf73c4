package io.sluice.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.nn.StageClock.Half;
import io.sluice.nn.StageClock.Stage;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts of the bundled model's shape, which can be done by hand. */
class ArithmeticTest {
  private static final int D = 256;
  private static final int HIDDEN = 2048;
  private static final int VOCABULARY = 8259;
  private static final double WORDS = 1300.5;
  private static final Arithmetic ARITHMETIC =
      new Arithmetic(
          new TransformerConfig(D, 5, 3, 4, 4, HIDDEN, HIDDEN, VOCABULARY, true, 2, 2),
          new ExpertsConfig(32, 32, 0, List.of(), List.of(), 128, 8, 0),
          WORDS);

  /** Two rows: 3 and 5 source tokens, 4 and 6 words. */
  private static final BatchShape BATCH = new BatchShape(new int[] {3, 5}, new int[] {4, 6}, 6);

  @Test
  void shouldCountTheProductsOfADenseModel() {
    Routing dense = routing(RoutingMode.DENSE, 32, 32);

    // each row is fed once more than it asks: the start token
    assertThat(count(Half.DECODER, Stage.FEED_FORWARD, dense))
        .isCloseTo(12.0 * 3 * 2 * D * HIDDEN, within(1.0));
    assertThat(count(Half.DECODER, Stage.OUTPUT_PROJECTION, dense)).isEqualTo(10.0 * D * WORDS);
    assertThat(count(Half.DECODER, Stage.SELF_ATTENTION, dense))
        .isEqualTo(3 * (4.0 * 12 * D * D + 2 * D * (15 + 28)));
    assertThat(count(Half.DECODER, Stage.CROSS_ATTENTION, dense))
        .isEqualTo(3 * (2.0 * 12 * D * D + 2 * D * (5 * 3 + 7 * 5)));
    assertThat(count(Half.ENCODER, Stage.SELF_ATTENTION, dense))
        .isEqualTo(5 * (4.0 * 8 * D * D + 2 * D * (9 + 25)));
    assertThat(count(Half.ENCODER, Stage.CROSS_ATTENTION, dense)).isEqualTo(3 * 2.0 * 8 * D * D);
    assertThat(count(Half.ENCODER, Stage.FEED_FORWARD, dense)).isEqualTo(5 * 2.0 * 8 * D * HIDDEN);
    assertThat(count(Half.DECODER, Stage.ROUTER, dense)).isZero();
    assertThat(count(Half.DECODER, Stage.SEARCH, dense)).isZero();
  }

  @Test
  void shouldCountOnlyTheExpertsThatRun() {
    Routing dense = routing(RoutingMode.DENSE, 32, 32);
    Routing half = routing(RoutingMode.TOKEN, 16, 8);

    assertThat(count(Half.DECODER, Stage.FEED_FORWARD, half))
        .isEqualTo(count(Half.DECODER, Stage.FEED_FORWARD, dense) / 2);
    assertThat(count(Half.ENCODER, Stage.FEED_FORWARD, half))
        .isEqualTo(count(Half.ENCODER, Stage.FEED_FORWARD, dense) / 4);
  }

  @Test
  void shouldCountRoutersWhereTheyChooseForEachToken() {
    assertThat(count(Half.DECODER, Stage.ROUTER, routing(RoutingMode.TOKEN, 16, 32)))
        .isEqualTo(12.0 * 3 * 128 * (D + 32));
    assertThat(count(Half.ENCODER, Stage.ROUTER, routing(RoutingMode.TOKEN, 16, 32))).isZero();
    assertThat(count(Half.DECODER, Stage.ROUTER, routing(RoutingMode.STATIC, 16, 16))).isZero();
  }

  private static double count(Half half, Stage stage, Routing routing) {
    return ARITHMETIC.multiplyAdds(half, stage, BATCH, routing);
  }

  private static Routing routing(RoutingMode mode, int decoder, int encoder) {
    return new Routing(
        mode,
        Collections.nCopies(3, decoder),
        32,
        Collections.nCopies(5, encoder),
        32,
        BudgetCause.MANUAL,
        0);
  }
}
