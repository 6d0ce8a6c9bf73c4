package io.sluice.moe.router;

import static io.sluice.testing.ExpertBundles.normal;

import io.sluice.moe.ExpertLayer;
import io.sluice.moe.Router;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A small random layer, tokens for it, and every router of it. */
final class RouterFixture {
  static final int WIDTH = 11;
  static final int EXPERTS = 8;
  static final int SIZE = 6;
  static final int NEURONS = EXPERTS * SIZE;
  static final int ROWS = 150;

  final ExpertLayer layer;
  final float[] x;
  final float[] activations; // (ROWS, F)
  final float[] means; // (N, D), of all tokens
  final Map<String, ExpertSelector> selectors = new LinkedHashMap<>();
  final Map<String, Router> routers = new LinkedHashMap<>();

  RouterFixture(MatrixBackend backend, long seed) {
    Random random = new Random(seed);
    layer =
        new ExpertLayer(
            EXPERTS,
            0,
            normal(random, NEURONS * WIDTH, 0.4f),
            normal(random, NEURONS, 0.4f),
            normal(random, NEURONS * WIDTH, 0.4f),
            normal(random, WIDTH, 0.4f));
    x = normal(random, ROWS * WIDTH, 1);
    activations = new float[ROWS * NEURONS];
    float[] mean = new float[NEURONS];
    for (int row = 0; row < ROWS; row++) {
      for (int neuron = 0; neuron < NEURONS; neuron++) {
        double sum = layer.readBias()[neuron];
        for (int d = 0; d < WIDTH; d++) {
          sum += x[row * WIDTH + d] * layer.reads()[neuron * WIDTH + d];
        }
        activations[row * NEURONS + neuron] = (float) Math.max(0, sum);
        mean[neuron] += (float) Math.max(0, sum) / ROWS;
      }
    }
    means = new ExpertOutputs(layer).of(mean, 0);
    routers.put("mass", new MassOracle(backend, layer));
    routers.put("contribution", new ContributionOracle(backend, layer, means));
    routers.put("hot-first", new HotFirst(EXPERTS));
    routers.put("similarity", new CentroidSimilarity(layer));
    routers.put("token alone", fitted(0).router(backend));
    routers.put("representatives", fitted(2).router(backend));
    routers.forEach((name, router) -> selectors.put(name, ExpertSelector.of(router)));
    selectors.put("error", new ErrorOracle(backend, layer, k -> means));
  }

  private RepresentativeFit fitted(int each) {
    double[] variances = new double[NEURONS];
    for (int neuron = 0; neuron < NEURONS; neuron++) {
      variances[neuron] = neuron % SIZE; // the last of each expert stand for it
    }
    RepresentativeFit fit = new RepresentativeFit(layer, means, variances, each);
    for (int row = 0; row < ROWS; row++) {
      fit.add(x, activations, row);
    }
    return fit;
  }

  /** Shape (ROWS, N). */
  byte[] chosen(String selector, int k) {
    byte[] chosen = new byte[ROWS * EXPERTS];
    selectors.get(selector).choose(x, ROWS, k, new Workspace(), chosen);
    return chosen;
  }

  /** What each expert adds at a token, shape (N, D), written out. */
  double[][] outputs(int row) {
    double[][] outputs = new double[EXPERTS][WIDTH];
    for (int neuron = 0; neuron < NEURONS; neuron++) {
      for (int d = 0; d < WIDTH; d++) {
        outputs[neuron / SIZE][d] +=
            activations[row * NEURONS + neuron] * layer.writes()[neuron * WIDTH + d];
      }
    }
    return outputs;
  }

  double mass(int row, int expert) {
    double sum = 0;
    for (int i = expert * SIZE; i < (expert + 1) * SIZE; i++) {
      sum += activations[row * NEURONS + i];
    }
    return sum;
  }

  double contribution(int row, int expert) {
    double squares = 0;
    for (int d = 0; d < WIDTH; d++) {
      squares += Math.pow(outputs(row)[expert][d] - means[expert * WIDTH + d], 2);
    }
    return Math.sqrt(squares);
  }

  /** Distance to the full output when the means of experts without mark take their place. */
  double error(int row, byte[] chosen, int from) {
    double[] sum = new double[WIDTH];
    double[][] outputs = outputs(row);
    for (int expert = 0; expert < EXPERTS; expert++) {
      for (int d = 0; chosen[from + expert] == 0 && d < WIDTH; d++) {
        sum[d] += outputs[expert][d] - means[expert * WIDTH + d];
      }
    }
    return Math.sqrt(Arrays.stream(sum).map(value -> value * value).sum());
  }
}
