package io.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.quality.ExpectedLoss.Example;
import io.sluice.quality.ExpectedLoss.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ExpectedLossTest {
  private static final Level NONE = new Level(-30, 0, 0, 0, 0);

  /** Texts of a known law: longer ones and those with more left out differ more often. */
  private static List<Example> examples(long seed, int count) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 4 + random.nextInt(40);
      double dropped = random.nextDouble() * 0.3;
      double p = 1 / (1 + Math.exp(5 - 1.2 * Math.log(length) - 6 * dropped));
      double distance = random.nextDouble() < p ? 0.3 * random.nextDouble() + 0.01 : 0;
      examples.add(new Example(length, dropped, distance));
    }
    return examples;
  }

  @Test
  void shouldPredictWhatTextsLoseThatItHasNotSeen() {
    ExpectedLoss loss = new ExpectedLoss(List.of(NONE, ExpectedLoss.fit(examples(1, 20_000))));

    List<ExpectedLoss.Bin> table = loss.reliability(1, examples(2, 20_000), 5);

    assertThat(table).hasSize(5);
    for (ExpectedLoss.Bin bin : table) {
      assertThat(bin.measured()).isCloseTo(bin.predicted(), Offset.offset(0.006));
    }
    assertThat(table.get(4).predicted()).isGreaterThan(2 * table.get(0).predicted());
  }

  @Test
  void shouldBoundNineOfTenTexts() {
    ExpectedLoss loss = new ExpectedLoss(List.of(NONE, ExpectedLoss.fit(examples(1, 20_000))));

    long within =
        examples(2, 20_000).stream().filter(each -> each.distance() <= loss.bound(1)).count();

    assertThat(within / 20_000.0).isCloseTo(0.9, Offset.offset(0.02));
    assertThat(loss.withBound(1, 0.5).bound(1)).isEqualTo(0.5);
  }

  @Test
  void shouldLoseNothingAtFullQuality() {
    ExpectedLoss loss = new ExpectedLoss(List.of(NONE));

    assertThat(loss.expected(0, 30, 0.5)).isZero();
    assertThat(loss.bound(0)).isZero();
  }

  @Test
  void shouldStayFiniteWhenNoTextDiffers() {
    Level level = ExpectedLoss.fit(List.of(new Example(5, 0, 0), new Example(9, 0.1, 0)));

    assertThat(new ExpectedLoss(List.of(NONE, level)).expected(1, 10, 0.1)).isZero();
  }
}
