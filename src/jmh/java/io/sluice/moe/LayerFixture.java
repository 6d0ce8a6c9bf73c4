package io.sluice.moe;

import io.sluice.nn.DenseFeedForward;
import io.sluice.nn.FeedForward;
import io.sluice.nn.Linear;
import io.sluice.nn.Route;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.NeuronMatrices;
import io.sluice.tensor.dnnl.DnnlBackend;
import java.util.Map;
import java.util.Random;

/** A feed-forward layer of the bundled decoder's size with random weights, routers and plans. */
final class LayerFixture {
  static final int WIDTH = 256;
  static final int NEURONS = 2048;
  static final int PLANS = 8;
  private static final int GATE = 64;
  private static final int[] LEVELS = {4, 8, 16, 24};

  private final Random random = new Random(11);
  private final MatrixBackend backend;
  private final float[] reads = normal(NEURONS * WIDTH);
  private final float[] readBias = quiet(normal(NEURONS));
  private final float[] writes = normal(NEURONS * WIDTH);
  private final float[] writeBias = normal(WIDTH);

  LayerFixture(MatrixBackend backend) {
    this.backend = backend;
  }

  /** Products by openblas, onednn, fused or int8. */
  static MatrixBackend backend(String products) {
    Kernels kernels = KernelChoice.of(KernelChoice.Request.AUTO);
    return switch (products) {
      case "openblas" -> new Nd4jBackend(kernels, false);
      case "fused" -> DnnlBackend.float32(kernels);
      case "onednn" -> DnnlBackend.float32(kernels, false);
      case "int8" ->
          DnnlBackend.int8(
              Map.of(
                  "layer",
                  new ActivationRange(-0.4f, 0.4f),
                  "layer" + NeuronMatrices.HIDDEN,
                  new ActivationRange(0f, 1f)),
              kernels);
      default -> throw new IllegalArgumentException("no products by " + products);
    };
  }

  FeedForward dense() {
    return new DenseFeedForward(backend, "layer", reads, readBias, writes, writeBias);
  }

  FeedForward experts(int experts) {
    float[][] byLevel = new float[LEVELS.length][];
    for (int level = 0; level < byLevel.length; level++) {
      byLevel[level] = normal(NEURONS);
    }
    return new ExpertFeedForward(
        backend,
        "layer",
        new ExpertLayer(experts, 0, reads, readBias, writes, writeBias),
        new ExpertChoice(
            null,
            new GateNetwork(linear(GATE, WIDTH), linear(experts, GATE)),
            new SkippedMeans(LEVELS, byLevel, normal(NEURONS)),
            plans(experts)));
  }

  private ExpertPlans plans(int experts) {
    int[][] orders = new int[PLANS][experts];
    float[][] means = new float[PLANS][];
    for (int plan = 0; plan < PLANS; plan++) {
      for (int i = 0; i < experts; i++) { // the inside-out shuffle
        int at = random.nextInt(i + 1);
        orders[plan][i] = orders[plan][at];
        orders[plan][at] = i;
      }
      means[plan] = normal(NEURONS);
    }
    return new ExpertPlans(orders, linear(PLANS, WIDTH), means);
  }

  /** Rows of a sentence batch take the plans in turn. */
  static Route route(Mode mode, int k, int rows, int plans) {
    if (mode != Mode.SENTENCE) {
      return Route.of(mode, k);
    }
    int[] planOfRow = new int[rows];
    for (int row = 0; row < rows; row++) {
      planOfRow[row] = row % plans;
    }
    return new Route(mode, k, planOfRow);
  }

  float[] input(int rows) {
    return normal(rows * WIDTH);
  }

  /** One pass. */
  static float[] run(FeedForward layer, float[] x, Route route, Workspace workspace, float[] y) {
    layer.apply(x, y.length / WIDTH, route, workspace, y);
    return y;
  }

  /** Lowers biases until about one neuron in eight fires, as in the bundled decoder. */
  private static float[] quiet(float[] bias) {
    for (int i = 0; i < bias.length; i++) {
      bias[i] -= 0.22f;
    }
    return bias;
  }

  private Linear linear(int out, int in) {
    return new Linear(backend, normal(out * in), normal(out));
  }

  private float[] normal(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian() * 0.1f;
    }
    return values;
  }
}
