package io.sluice.moe;

import static io.sluice.testing.ExpertBundles.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.nn.Linear;
import io.sluice.nn.Route;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.Allocations;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Batches that cross the sizes at which products are cut: a layer wide enough that its experts run
 * in several tiles.
 */
class ExpertBatchesTest {
  private static final int WIDTH = 256;
  private static final int EXPERTS = 8;
  private static final int SIZE = 72; // more than one tile of 16 rows holds
  private static final int NEURONS = EXPERTS * SIZE;
  private static final int MOST_ROWS = 64;
  private static final int[][] ORDERS = {
    {0, 1, 2, 3, 4, 5, 6, 7}, {7, 2, 4, 0, 1, 5, 3, 6}, {3, 4, 5, 6, 1, 0, 2, 7}
  };
  // plain Java between the products: whether vectors leave garbage is the JIT compiler's decision
  private static final MatrixBackend BACKEND = new Nd4jBackend(Kernels.scalar());

  private final Random random = new Random(37);
  private final Workspace workspace = new Workspace();
  private final float[] reads = normal(random, NEURONS * WIDTH, 0.1f);
  private final float[] readBias = normal(random, NEURONS, 0.3f);
  private final float[] writes = normal(random, NEURONS * WIDTH, 0.1f);
  private final float[] writeBias = normal(random, WIDTH, 0.3f);
  private final float[] mean = normal(random, NEURONS, 0.3f);
  private final float[] x = normal(random, MOST_ROWS * WIDTH, 1);
  private final GateNetwork router = new GateNetwork(linear(16, WIDTH), linear(EXPERTS, 16));
  private final ExpertFeedForward layer =
      new ExpertFeedForward(
          BACKEND,
          new ExpertLayer(EXPERTS, 0, reads, readBias, writes, writeBias),
          router,
          new SkippedMeans(new int[0], new float[0][], mean),
          new ExpertPlans(ORDERS, linear(ORDERS.length, 4), new float[][] {mean, mean, mean}));

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"ALL", "TOKEN", "SENTENCE", "STATIC"})
  void shouldGiveARowTheSameWhoeverSharesItsBatch(Mode mode) {
    for (int k = 1; k <= EXPERTS; k++) {
      float[] alone = run(mode, k, 1);
      for (int rows : new int[] {2, 3, 8, 16, 17, 32, 33, 64}) {
        float[] together = run(mode, k, rows);
        assertClose(Arrays.copyOf(together, WIDTH), alone);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "4, 8", "4, 32", "7, 33", "4, 64"})
  void shouldAddChosenExpertsAndMeansWhenRoutedByToken(int k, int rows) {
    float[] y = run(Mode.TOKEN, k, rows);

    float[] scores = new float[EXPERTS];
    byte[] chosen = new byte[EXPERTS];
    for (int row = 0; row < rows; row++) {
      router.scores(Arrays.copyOfRange(x, row * WIDTH, (row + 1) * WIDTH), 1, workspace, scores);
      TopExperts.mark(scores, 0, EXPERTS, k, 0, chosen, 0);
      assertClose(Arrays.copyOfRange(y, row * WIDTH, (row + 1) * WIDTH), written(row, chosen));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "4, 8", "4, 32", "7, 33", "4, 64"})
  void shouldRunTheFirstExpertsOfThePlanWhenRoutedBySentence(int k, int rows) {
    float[] y = run(Mode.SENTENCE, k, rows);

    for (int row = 0; row < rows; row++) {
      byte[] chosen = new byte[EXPERTS];
      for (int i = 0; i < k; i++) {
        chosen[ORDERS[row % ORDERS.length][i]] = 1;
      }
      assertClose(Arrays.copyOfRange(y, row * WIDTH, (row + 1) * WIDTH), written(row, chosen));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 32})
  void shouldLeaveNoGarbageOnceItsMemoryHasGrown(int rows) {
    int calls = 100;
    for (Mode mode : Mode.values()) {
      Route route = route(mode, 3, rows);
      float[] y = new float[rows * WIDTH];
      long allocated =
          Allocations.onceCompiled(
              () -> {
                for (int call = 0; call < calls; call++) {
                  layer.apply(x, rows, route, workspace, y);
                }
              },
              calls - 1,
              300);
      assertThat(allocated).as("bytes of %d calls, mode %s", calls, mode).isLessThan(calls);
    }
  }

  private float[] run(Mode mode, int k, int rows) {
    float[] y = new float[rows * WIDTH];
    Arrays.fill(y, Float.NaN);
    layer.apply(x, rows, route(mode, k, rows), workspace, y);
    return y;
  }

  private static Route route(Mode mode, int k, int rows) {
    if (mode != Mode.SENTENCE) {
      return Route.of(mode, k);
    }
    int[] plans = new int[rows];
    Arrays.setAll(plans, row -> row % ORDERS.length);
    return new Route(mode, k, plans);
  }

  /** b2 + Σ W2 a, where the neurons of experts that are not chosen have their means. */
  private float[] written(int row, byte[] chosen) {
    double[] sums = new double[WIDTH];
    for (int neuron = 0; neuron < NEURONS; neuron++) {
      double sum = readBias[neuron];
      for (int d = 0; d < WIDTH; d++) {
        sum += x[row * WIDTH + d] * reads[neuron * WIDTH + d];
      }
      double activation = chosen[neuron / SIZE] == 1 ? Math.max(0, sum) : mean[neuron];
      for (int d = 0; d < WIDTH; d++) {
        sums[d] += activation * writes[neuron * WIDTH + d];
      }
    }
    float[] y = writeBias.clone();
    for (int d = 0; d < WIDTH; d++) {
      y[d] += (float) sums[d];
    }
    return y;
  }

  private Linear linear(int out, int in) {
    return new Linear(BACKEND, normal(random, out * in, 0.1f), normal(random, out, 0.1f));
  }

  private static void assertClose(float[] actual, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5 * largest));
    }
  }
}
