package io.sluice.moe;

import static io.sluice.testing.ExpertBundles.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.nn.DenseFeedForward;
import io.sluice.nn.Linear;
import io.sluice.nn.Route;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One layer of odd sizes against sums that are written out. */
class ExpertFeedForwardTest {
  private static final int WIDTH = 13;
  private static final int EXPERTS = 7;
  private static final int SIZE = 5;
  private static final int NEURONS = EXPERTS * SIZE;
  private static final int ROWS = 9;
  private static final int PLANS = 3;
  private static final int FEATURES = 4;
  private static final int[] LEVELS = {2, 5};
  private static final MatrixBackend BACKEND = new Nd4jBackend();

  private final Random random = new Random(31);
  private final Workspace workspace = new Workspace();
  private final float[] reads = normal(random, NEURONS * WIDTH, 0.3f);
  private final float[] readBias = normal(random, NEURONS, 0.3f);
  private final float[] writes = normal(random, NEURONS * WIDTH, 0.3f);
  private final float[] writeBias = normal(random, WIDTH, 0.3f);
  private final float[] overall = normal(random, NEURONS, 0.3f);
  private final float[][] byLevel = {normal(random, NEURONS, 1), normal(random, NEURONS, 1)};
  private final float[][] planMeans = rows(PLANS, NEURONS);
  private final int[][] orders = {
    {0, 1, 2, 3, 4, 5, 6}, {6, 2, 4, 0, 1, 5, 3}, {3, 5, 6, 1, 0, 2, 4}
  };
  private final float[] x = normal(random, ROWS * WIDTH, 1);
  private final GateNetwork router = new GateNetwork(linear(6, WIDTH), linear(EXPERTS, 6));

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldEqualTheDenseLayerWhenAllExpertsRun(Mode mode) {
    float[] dense = new float[ROWS * WIDTH];
    new DenseFeedForward(BACKEND, null, reads, readBias, writes, writeBias)
        .apply(x, ROWS, Route.ALL, workspace, dense);

    assertClose(run(layer(0), x, ROWS, route(mode, EXPERTS)), dense, 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 1", "4, 0", "5, 2", "6, 0", "6, 6"})
  void shouldAddChosenExpertsAndMeansOfSkippedOnesWhenRoutedByToken(int k, int always) {
    float[] y = run(layer(always), x, ROWS, route(Mode.TOKEN, k));

    float[] mean = byLevel[k <= 3 ? 0 : 1]; // the nearer of 2 and 5
    for (int row = 0; row < ROWS; row++) {
      boolean[] chosen = bestOf(scores(x, row), k, always);
      assertClose(row(y, row), written(row, chosen, mean), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "6"})
  void shouldRunTheFirstExpertsOfThePlanWhenRoutedBySentence(int k) {
    int[] plans = {0, 1, 2, 2, 1, 1, 0, 2, 1};
    float[] y = run(layer(0), x, ROWS, new Route(Mode.SENTENCE, k, plans));

    for (int row = 0; row < ROWS; row++) {
      boolean[] chosen = new boolean[EXPERTS];
      for (int i = 0; i < k; i++) {
        chosen[orders[plans[row]][i]] = true;
      }
      assertClose(row(y, row), written(row, chosen, planMeans[plans[row]]), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "4", "6"})
  void shouldRunTheFirstExpertsWhenStatic(int k) {
    float[] y = run(layer(0), x, ROWS, route(Mode.STATIC, k));

    boolean[] chosen = new boolean[EXPERTS];
    Arrays.fill(chosen, 0, k, true);
    for (int row = 0; row < ROWS; row++) {
      assertClose(row(y, row), written(row, chosen, overall), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "3, 0", "3, 2", "6, 1"})
  void shouldShareOneSetWhenRoutedByBatch(int k, int always) {
    float[] y = run(layer(always), x, ROWS, route(Mode.BATCH, k));

    float[] sums = new float[EXPERTS];
    for (int row = 0; row < ROWS; row++) {
      float[] scores = scores(x, row);
      for (int expert = 0; expert < EXPERTS; expert++) {
        sums[expert] += scores[expert];
      }
    }
    boolean[] shared = bestOf(sums, k, always);
    for (int row = 0; row < ROWS; row++) {
      assertClose(row(y, row), written(row, shared, overall), 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"ALL", "TOKEN", "SENTENCE", "STATIC"})
  void shouldGiveEachRowTheSameInBatchesOfEveryShape(Mode mode) {
    int[] plans = {0, 1, 2, 2, 1, 1, 0, 2, 1};
    for (int k = 1; k <= EXPERTS; k++) {
      float[] together = run(layer(1), x, ROWS, routeOf(mode, k, plans, 0, ROWS));
      for (int size = 1; size < ROWS; size++) {
        for (int from = 0; from + size <= ROWS; from++) {
          float[] part = Arrays.copyOfRange(x, from * WIDTH, (from + size) * WIDTH);
          float[] apart = run(layer(1), part, size, routeOf(mode, k, plans, from, size));
          assertClose(
              apart, Arrays.copyOfRange(together, from * WIDTH, (from + size) * WIDTH), 1e-5);
        }
      }
    }
  }

  @Test
  void shouldRouteByTokenWithoutMeansWhenThereAreNone() {
    ExpertFeedForward bare =
        new ExpertFeedForward(
            BACKEND,
            new ExpertLayer(EXPERTS, 0, reads, readBias, writes, writeBias),
            router,
            SkippedMeans.none(NEURONS),
            null);
    float[] y = run(bare, x, ROWS, route(Mode.TOKEN, 3));

    for (int row = 0; row < ROWS; row++) {
      assertClose(
          row(y, row), written(row, bestOf(scores(x, row), 3, 0), new float[NEURONS]), 1e-5);
    }
  }

  private ExpertFeedForward layer(int always) {
    return new ExpertFeedForward(
        BACKEND,
        new ExpertLayer(EXPERTS, always, reads, readBias, writes, writeBias),
        router,
        new SkippedMeans(LEVELS, byLevel, overall),
        new ExpertPlans(orders, linear(PLANS, FEATURES), planMeans));
  }

  private static Route route(Mode mode, int k) {
    return mode == Mode.SENTENCE ? new Route(mode, k, new int[ROWS]) : Route.of(mode, k);
  }

  private static Route routeOf(Mode mode, int k, int[] plans, int from, int size) {
    return mode == Mode.SENTENCE
        ? new Route(mode, k, Arrays.copyOfRange(plans, from, from + size))
        : Route.of(mode, k);
  }

  private float[] run(ExpertFeedForward layer, float[] input, int rows, Route route) {
    float[] y = new float[rows * WIDTH];
    Arrays.fill(y, Float.NaN);
    layer.apply(input, rows, route, workspace, y);
    return y;
  }

  /** b2 + Σ W2 a, where the neurons of experts that are not chosen have their means. */
  private float[] written(int row, boolean[] chosen, float[] means) {
    double[] y = new double[WIDTH];
    for (int d = 0; d < WIDTH; d++) {
      y[d] = writeBias[d];
    }
    for (int neuron = 0; neuron < NEURONS; neuron++) {
      double sum = readBias[neuron];
      for (int d = 0; d < WIDTH; d++) {
        sum += x[row * WIDTH + d] * reads[neuron * WIDTH + d];
      }
      double activation = chosen[neuron / SIZE] ? Math.max(0, sum) : means[neuron];
      for (int d = 0; d < WIDTH; d++) {
        y[d] += activation * writes[neuron * WIDTH + d];
      }
    }
    float[] rounded = new float[WIDTH];
    for (int d = 0; d < WIDTH; d++) {
      rounded[d] = (float) y[d];
    }
    return rounded;
  }

  private float[] scores(float[] input, int row) {
    float[] scores = new float[EXPERTS];
    router.scores(row(input, row), 1, workspace, scores);
    return scores;
  }

  /** By counting how many are better. */
  private static boolean[] bestOf(float[] scores, int k, int always) {
    boolean[] chosen = new boolean[EXPERTS];
    for (int expert = 0; expert < EXPERTS; expert++) {
      int ahead = 0;
      for (int other = 0; other < EXPERTS; other++) {
        boolean fixed = other < always;
        boolean better =
            scores[other] > scores[expert] || (scores[other] == scores[expert] && other < expert);
        if (other != expert && (fixed || better)) {
          ahead++;
        }
      }
      chosen[expert] = expert < always || ahead < k;
    }
    return chosen;
  }

  private static float[] row(float[] values, int row) {
    return Arrays.copyOfRange(values, row * WIDTH, (row + 1) * WIDTH);
  }

  private float[][] rows(int count, int length) {
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = normal(random, length, 1);
    }
    return rows;
  }

  private Linear linear(int out, int in) {
    return new Linear(BACKEND, normal(random, out * in, 0.5f), normal(random, out, 0.5f));
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 1e-3;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance * largest));
    }
  }
}
