package io.sluice.moe.router;

import static io.sluice.moe.router.RouterFixture.EXPERTS;
import static io.sluice.moe.router.RouterFixture.NEURONS;
import static io.sluice.moe.router.RouterFixture.ROWS;
import static io.sluice.moe.router.RouterFixture.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.moe.ExpertFeedForward;
import io.sluice.moe.ExpertLayer;
import io.sluice.moe.Router;
import io.sluice.moe.SkippedMeans;
import io.sluice.nn.Route;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutersTest {
  private static final MatrixBackend BACKEND = new Nd4jBackend();

  private final RouterFixture fixture = new RouterFixture(BACKEND, 7);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mass",
        "contribution",
        "error",
        "hot-first",
        "similarity",
        "token alone",
        "representatives"
      })
  void shouldChooseForARowWhateverItsBatchIs(String name) {
    ExpertSelector selector = fixture.selectors.get(name);
    for (int k : new int[] {1, 4, EXPERTS}) {
      byte[] together = fixture.chosen(name, k);
      Workspace workspace = new Workspace();
      for (int size : new int[] {1, 3, 7}) {
        for (int from = 0; from + size <= ROWS; from += size) {
          byte[] apart = new byte[size * EXPERTS];
          selector.choose(
              Arrays.copyOfRange(fixture.x, from * WIDTH, (from + size) * WIDTH),
              size,
              k,
              workspace,
              apart);
          assertThat(apart)
              .isEqualTo(Arrays.copyOfRange(together, from * EXPERTS, (from + size) * EXPERTS));
        }
      }
      for (int row = 0; row < ROWS; row++) {
        int marks = 0;
        for (int expert = 0; expert < EXPERTS; expert++) {
          marks += together[row * EXPERTS + expert];
        }
        assertThat(marks).isEqualTo(k);
      }
    }
  }

  @Test
  void shouldRunInAnExpertLayer() {
    float[] dense = run(new HotFirst(EXPERTS), EXPERTS);
    for (Router router : fixture.routers.values()) {
      assertThat(run(router, EXPERTS)).isEqualTo(dense);
      assertThat(run(router, 2)).hasSameSizeAs(dense).isNotEqualTo(dense);
    }
    assertThat(distance(run(fixture.routers.get("mass"), 4), dense))
        .isLessThan(distance(run(new HotFirst(EXPERTS), 4), dense));
  }

  @Test
  void shouldScoreByCosineToTheCentroidOfNormalisedReads() {
    float[] scores = scores(fixture.routers.get("similarity"));

    for (int expert = 0; expert < EXPERTS; expert++) {
      double[] centroid = new double[WIDTH];
      for (int i = expert * RouterFixture.SIZE; i < (expert + 1) * RouterFixture.SIZE; i++) {
        double[] read = new double[WIDTH];
        for (int d = 0; d < WIDTH; d++) {
          read[d] = fixture.layer.reads()[i * WIDTH + d];
        }
        for (int d = 0; d < WIDTH; d++) {
          centroid[d] += read[d] / length(read);
        }
      }
      for (int row = 0; row < ROWS; row++) {
        double[] token = new double[WIDTH];
        double product = 0;
        for (int d = 0; d < WIDTH; d++) {
          token[d] = fixture.x[row * WIDTH + d];
          product += token[d] * centroid[d];
        }
        assertThat(scores[row * EXPERTS + expert])
            .isCloseTo((float) (product / length(token) / length(centroid)), within(1e-5f));
      }
    }
  }

  @Test
  void shouldPredictContributionsWhenTheyAreLinearInTheRepresentatives() {
    float[] zero = new float[EXPERTS * WIDTH];
    // every neuron of an expert writes in one direction: its contribution is a weighted sum
    float[] writes = new float[NEURONS * WIDTH];
    for (int neuron = 0; neuron < NEURONS; neuron++) {
      writes[neuron * WIDTH + neuron / RouterFixture.SIZE] = 1 + neuron % 3;
    }
    ExpertLayer layer =
        new ExpertLayer(
            EXPERTS,
            0,
            fixture.layer.reads(),
            fixture.layer.readBias(),
            writes,
            fixture.layer.writeBias());
    RepresentativeFit fit =
        new RepresentativeFit(layer, zero, new double[NEURONS], RouterFixture.SIZE);
    for (int row = 0; row < ROWS; row++) {
      fit.add(fixture.x, fixture.activations, row);
    }

    float[] scores = scores(fit.router(BACKEND));

    for (int row = 0; row < ROWS; row++) {
      for (int expert = 0; expert < EXPERTS; expert++) {
        double sum = 0;
        for (int i = expert * RouterFixture.SIZE; i < (expert + 1) * RouterFixture.SIZE; i++) {
          sum += fixture.activations[row * NEURONS + i] * (1 + i % 3);
        }
        assertThat((double) scores[row * EXPERTS + expert]).isCloseTo(sum, within(0.1));
      }
    }
  }

  @Test
  void shouldCaptureMoreWhenRepresentativesAreComputed() {
    assertThat(captured("representatives")).isGreaterThan(captured("token alone"));
    assertThat(captured("token alone")).isGreaterThan(captured("hot-first"));
  }

  private double captured(String name) {
    byte[] chosen = fixture.chosen(name, 3);
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int expert = 0; expert < EXPERTS; expert++) {
        sum += chosen[row * EXPERTS + expert] * fixture.contribution(row, expert);
      }
    }
    return sum;
  }

  private float[] scores(Router router) {
    float[] scores = new float[ROWS * EXPERTS];
    router.scores(fixture.x, ROWS, new Workspace(), scores);
    return scores;
  }

  private float[] run(Router router, int k) {
    float[] y = new float[ROWS * WIDTH];
    new ExpertFeedForward(BACKEND, fixture.layer, router, SkippedMeans.none(NEURONS), null)
        .apply(fixture.x, ROWS, new Route(Route.Mode.TOKEN, k, null), new Workspace(), y);
    return y;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  private static double length(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
  }
}
