package io.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.domain.BudgetCause;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LossBoundsTest {
  private static final int TOTAL = 8;
  private static final Routing LOW = routing(2);
  private static final Routing MIDDLE = routing(6);
  private final LossBounds bounds = new LossBounds(new ExpectedLoss(List.of(level(6), level(2))));

  private static ExpectedLoss.Level level(int experts) {
    return new ExpectedLoss.Level(
        List.of(experts), List.of(TOTAL), RoutingMode.TOKEN, new LossFit(0, 0, 0, 0.2, 0, 0.3));
  }

  private static Routing routing(int experts) {
    RoutingMode mode = experts == TOTAL ? RoutingMode.DENSE : RoutingMode.TOKEN;
    return new Routing(mode, List.of(experts), TOTAL, List.of(TOTAL), TOTAL, BudgetCause.LAG, 0);
  }

  @Test
  void shouldBeginWithTheBoundsOfTheFit() {
    assertThat(bounds.bound(LOW)).hasValue(0.3);
    assertThat(bounds.bound(routing(TOTAL))).isEmpty();
    assertThat(new LossBounds(ExpectedLoss.UNKNOWN).bound(LOW)).isEmpty();
  }

  @Test
  void shouldComeToWhatNineOfTenTextsStayWithin() {
    Random random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      bounds.observe(LOW, random.nextDouble() * 0.6);
    }

    assertThat(bounds.bound(LOW).orElseThrow()).isCloseTo(0.54, Offset.offset(0.05));
    assertThat(bounds.bound(MIDDLE)).as("another level").hasValue(0.3);
  }

  @Test
  void shouldFallSlowlyAndStayADistance() {
    bounds.observe(LOW, 0);
    assertThat(bounds.bound(LOW).orElseThrow()).isBetween(0.25, 0.3);

    for (int i = 0; i < 2000; i++) {
      bounds.observe(LOW, 0);
    }

    assertThat(bounds.bound(LOW).orElseThrow()).isBetween(0.0, 0.02);
  }

  @Test
  void shouldNotLearnFromTextsOfFullQuality() {
    bounds.observe(routing(TOTAL), 1);

    assertThat(bounds.bound(LOW)).hasValue(0.3);
  }
}
