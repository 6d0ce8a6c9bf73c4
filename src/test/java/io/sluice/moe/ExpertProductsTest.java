package io.sluice.moe;

import static io.sluice.testing.ExpertBundles.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.nn.DenseFeedForward;
import io.sluice.nn.FeedForward;
import io.sluice.nn.Linear;
import io.sluice.nn.Route;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.NeuronMatrices;
import io.sluice.tensor.dnnl.DnnlBackend;
import io.sluice.tensor.dnnl.DnnlLibrary;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expert layers on oneDNN, in both precisions. */
class ExpertProductsTest {
  private static final int WIDTH = 52;
  private static final int EXPERTS = 8;
  private static final int NEURONS = 33 * EXPERTS;
  private static final int ROWS = 70;
  private static final Map<String, ActivationRange> RANGES =
      Map.of(
          "layer",
          new ActivationRange(-4f, 4f),
          "layer" + NeuronMatrices.HIDDEN,
          new ActivationRange(0f, 40f));

  private final Random random = new Random(3);
  private final float[] reads = normal(random, NEURONS * WIDTH, 0.7f);
  private final float[] readBias = normal(random, NEURONS, 1f);
  private final float[] writes = normal(random, NEURONS * WIDTH, 0.7f);
  private final float[] writeBias = normal(random, WIDTH, 1f);
  private final float[] mean = normal(random, NEURONS, 1f);
  private final float[] planMean = normal(random, NEURONS, 1f);
  private final float[] inner = normal(random, 6 * WIDTH, 0.5f);
  private final float[] outer = normal(random, EXPERTS * 6, 0.5f);
  private final float[] x = normal(random, ROWS * WIDTH, 1f);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEqualTheDenseLayerWhenAllExpertsRun(boolean bytes) {
    try (MatrixBackend backend = backend(bytes)) {
      FeedForward dense =
          new DenseFeedForward(backend, "layer", reads, readBias, writes, writeBias);
      float[] expected = run(dense, x, Route.ALL);
      FeedForward layer = experts(backend);
      assertThat(run(layer, x, Route.ALL)).isEqualTo(expected);
      for (Mode mode : new Mode[] {Mode.TOKEN, Mode.STATIC, Mode.BATCH}) {
        assertThat(run(layer, x, Route.of(mode, EXPERTS))).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"TOKEN", "SENTENCE", "STATIC", "BATCH"})
  void shouldChooseAndAddAsOpenBlasDoes(Mode mode) {
    try (MatrixBackend backend = backend(false);
        MatrixBackend oracle = new Nd4jBackend(Kernels.scalar())) {
      for (int k : new int[] {1, 3, 7}) {
        Route route = route(mode, k, ROWS, 0);
        float[] expected = run(experts(oracle), x, route);
        assertClose(run(experts(backend), x, route), expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TOKEN, false",
    "SENTENCE, false",
    "STATIC, false",
    "TOKEN, true",
    "SENTENCE, true",
    "STATIC, true"
  })
  void shouldGiveARowTheSameResultInAnyCompany(Mode mode, boolean bytes) {
    try (MatrixBackend backend = backend(bytes)) {
      FeedForward layer = experts(backend);
      for (int k : new int[] {2, 5}) {
        float[] together = run(layer, x, route(mode, k, ROWS, 0));
        for (int row = 0; row < ROWS; row++) {
          float[] own = Arrays.copyOfRange(x, row * WIDTH, (row + 1) * WIDTH);
          float[] alone = run(layer, own, route(mode, k, 1, row));
          float[] expected = Arrays.copyOfRange(together, row * WIDTH, (row + 1) * WIDTH);
          if (bytes) {
            assertThat(alone).isEqualTo(expected);
          } else {
            assertClose(alone, expected);
          }
        }
      }
    }
  }

  @Test
  void shouldLeaveActivationsWhereTheyAreAskedFor() {
    try (MatrixBackend backend = backend(false);
        MatrixBackend oracle = new Nd4jBackend(Kernels.scalar())) {
      Workspace workspace = new Workspace();
      workspace.keepHidden(true);
      float[] y = new float[x.length];
      experts(backend).apply(x, ROWS, Route.ALL, workspace, y);
      float[] expected = new float[ROWS * NEURONS];
      oracle.neurons(reads, readBias, writes).activate(x, ROWS, 0, NEURONS, expected);
      float[] hidden = workspace.array(Workspace.Use.HIDDEN, ROWS * NEURONS);
      assertClose(Arrays.copyOf(hidden, expected.length), expected);
      assertClose(y, run(experts(oracle), x, Route.ALL));
    }
  }

  private static MatrixBackend backend(boolean bytes) {
    assumeTrue(!bytes || DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    return bytes
        ? DnnlBackend.int8(RANGES, Kernels.scalar())
        : DnnlBackend.float32(Kernels.scalar());
  }

  private ExpertFeedForward experts(MatrixBackend backend) {
    int[][] orders = {{3, 1, 0, 2, 7, 6, 5, 4}, {0, 7, 2, 5, 4, 3, 6, 1}};
    return new ExpertFeedForward(
        backend,
        "layer",
        new ExpertLayer(EXPERTS, 1, reads, readBias, writes, writeBias),
        new ExpertChoice(
            null,
            new GateNetwork(
                new Linear(backend, inner, new float[6]),
                new Linear(backend, outer, new float[EXPERTS])),
            new SkippedMeans(new int[] {4}, new float[][] {mean}, mean),
            new ExpertPlans(
                orders,
                new Linear(backend, new float[2 * WIDTH], new float[2]),
                new float[][] {mean, planMean})));
  }

  private static Route route(Mode mode, int k, int rows, int first) {
    if (mode != Mode.SENTENCE) {
      return Route.of(mode, k);
    }
    int[] plans = new int[rows];
    for (int row = 0; row < rows; row++) {
      plans[row] = (first + row) % 3 / 2;
    }
    return new Route(mode, k, plans);
  }

  private static float[] run(FeedForward layer, float[] x, Route route) {
    float[] y = new float[x.length];
    layer.apply(x, x.length / WIDTH, route, new Workspace(), y);
    return y;
  }

  private static void assertClose(float[] actual, float[] expected) {
    float largest = 1f;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i], within(1e-5f * largest));
    }
  }
}
