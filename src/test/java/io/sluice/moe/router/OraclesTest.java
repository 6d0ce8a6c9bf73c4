package io.sluice.moe.router;

import static io.sluice.moe.router.RouterFixture.EXPERTS;
import static io.sluice.moe.router.RouterFixture.ROWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.moe.ExpertLayer;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each oracle against all other routers, and against a search over all sets. */
class OraclesTest {
  private static final MatrixBackend BACKEND = new Nd4jBackend();

  private final RouterFixture fixture = new RouterFixture(BACKEND, 5);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7})
  void shouldCaptureTheMostMassOfAllRoutersWhenRankedByMass(int k) {
    for (int row = 0; row < ROWS; row++) {
      int token = row;
      assertBest("mass", k, row, marks -> captured(marks, e -> fixture.mass(token, e)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7})
  void shouldCaptureTheMostContributionOfAllRoutersWhenRankedByContribution(int k) {
    for (int row = 0; row < ROWS; row++) {
      int token = row;
      assertBest(
          "contribution", k, row, marks -> captured(marks, e -> fixture.contribution(token, e)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void shouldComeNearestToTheFullOutputOfAllRoutersWhenChosenByError(int k) {
    double best = errors("error", k).sum();
    for (String other : fixture.selectors.keySet()) {
      assertThat(errors(other, k).sum()).as(other).isGreaterThanOrEqualTo(best);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void shouldBeNoFartherThanTheOtherOraclesAtAnyTokenWhenChosenByError(int k) {
    double[] reached = errors("error", k).toArray();
    for (String other : List.of("mass", "contribution")) {
      double[] others = errors(other, k).toArray();
      for (int row = 0; row < ROWS; row++) {
        assertThat(reached[row]).as(other + " " + row).isLessThanOrEqualTo(others[row] + 1e-4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void shouldAlmostReachTheBestOfAllSetsWhenChosenByError(int k) {
    byte[] chosen = fixture.chosen("error", k);
    double reached = 0;
    double possible = 0;
    for (int row = 0; row < ROWS; row++) {
      int token = row;
      double error = fixture.error(row, chosen, row * EXPERTS);
      double least =
          sets(k).stream().mapToDouble(set -> fixture.error(token, set, 0)).min().orElseThrow();
      assertThat(error).isGreaterThanOrEqualTo(least - 1e-4);
      reached += error;
      possible += least;
    }
    assertThat(reached).isCloseTo(possible, within(0.01 * possible));
  }

  @Test
  void shouldGiveTheTrueErrorWhenExpertsAreSkipped() {
    ExpertOutputs outputs = new ExpertOutputs(fixture.layer);
    for (int row = 0; row < ROWS; row++) {
      SkippingError error =
          new SkippingError(
              outputs.of(fixture.activations, row * RouterFixture.NEURONS), fixture.means, EXPERTS);
      for (byte[] set : sets(3)) {
        assertThat(Math.sqrt(error.of(set, 0))).isCloseTo(fixture.error(row, set, 0), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6})
  void shouldTakeTheLowerNumbersWhenExpertsAreEqual(int k) {
    ExpertLayer layer = fixture.layer;
    ExpertLayer equal =
        new ExpertLayer(
            EXPERTS,
            0,
            repeated(layer.reads()),
            repeated(layer.readBias()),
            repeated(layer.writes()),
            layer.writeBias());
    float[] none = new float[EXPERTS * RouterFixture.WIDTH];
    List<ExpertSelector> selectors =
        List.of(
            ExpertSelector.of(new MassOracle(BACKEND, equal)),
            ExpertSelector.of(new ContributionOracle(BACKEND, equal, none)),
            ExpertSelector.of(new CentroidSimilarity(equal)),
            ExpertSelector.of(new HotFirst(EXPERTS)),
            new ErrorOracle(BACKEND, equal, each -> none));
    byte[] first = new byte[EXPERTS];
    Arrays.fill(first, 0, k, (byte) 1);
    for (ExpertSelector selector : selectors) {
      byte[] chosen = new byte[EXPERTS];
      selector.choose(fixture.x, 1, k, new Workspace(), chosen);
      assertThat(chosen).as(selector.toString()).isEqualTo(first);
    }
  }

  /** The first expert's values for all experts. */
  private static float[] repeated(float[] values) {
    float[] equal = new float[values.length];
    int block = values.length / EXPERTS;
    for (int expert = 0; expert < EXPERTS; expert++) {
      System.arraycopy(values, 0, equal, expert * block, block);
    }
    return equal;
  }

  private void assertBest(String oracle, int k, int row, ToDoubleFunction<byte[]> value) {
    double best = value.applyAsDouble(marks(oracle, k, row));
    for (String other : fixture.selectors.keySet()) {
      assertThat(value.applyAsDouble(marks(other, k, row)))
          .as("%s at %d of row %d", other, k, row)
          .isLessThanOrEqualTo(best + 1e-4);
    }
  }

  /** Of each row. */
  private DoubleStream errors(String selector, int k) {
    byte[] chosen = fixture.chosen(selector, k);
    return IntStream.range(0, ROWS).mapToDouble(row -> fixture.error(row, chosen, row * EXPERTS));
  }

  private byte[] marks(String selector, int k, int row) {
    return Arrays.copyOfRange(fixture.chosen(selector, k), row * EXPERTS, (row + 1) * EXPERTS);
  }

  private static double captured(byte[] marks, ToDoubleFunction<Integer> value) {
    double sum = 0;
    for (int expert = 0; expert < EXPERTS; expert++) {
      sum += marks[expert] * value.applyAsDouble(expert);
    }
    return sum;
  }

  private static List<byte[]> sets(int k) {
    List<byte[]> sets = new ArrayList<>();
    for (int bits = 0; bits < 1 << EXPERTS; bits++) {
      if (Integer.bitCount(bits) == k) {
        byte[] set = new byte[EXPERTS];
        for (int expert = 0; expert < EXPERTS; expert++) {
          set[expert] = (byte) (bits >> expert & 1);
        }
        sets.add(set);
      }
    }
    return sets;
  }
}
