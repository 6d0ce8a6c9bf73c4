package io.sluice.moe.router;

import static io.sluice.testing.ExpertBundles.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LeastSquaresTest {
  private static final int FEATURES = 5;

  @Test
  void shouldFindTheFunctionThatMadeTheExamples() {
    double[][] weights = {{1, -2}, {0.5, 3}, {0, 1}, {-4, 0}, {2, 2}, {7, -1}};
    LeastSquares squares = new LeastSquares(FEATURES, 2);
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      float[] x = normal(random, FEATURES, 1);
      float[] y = new float[2];
      for (int target = 0; target < 2; target++) {
        double sum = weights[FEATURES][target];
        for (int feature = 0; feature < FEATURES; feature++) {
          sum += weights[feature][target] * x[feature];
        }
        y[target] = (float) sum;
      }
      squares.add(x, y);
    }

    double[] found = squares.solve(0);

    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(weights[i / 2][i % 2], within(1e-4));
    }
  }

  @Test
  void shouldGiveTheMeanWhenFeaturesSayNothing() {
    LeastSquares squares = new LeastSquares(FEATURES, 1);
    for (int i = 0; i < 10; i++) {
      squares.add(new float[FEATURES], new float[] {i});
    }

    double[] found = squares.solve(1e-4);

    assertThat(found).startsWith(0, 0, 0, 0, 0);
    assertThat(found[FEATURES]).isCloseTo(4.5, within(1e-6));
  }
}
