package io.sluice.moefy;

import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Trains the gate network of one layer: two linear maps with a tanh between (MoEfication, arXiv
 * 2110.01786, section 3.3), here with biases, on inputs that are standardised for the training and
 * stored as the layer sees them, by {@link RouterLoss}. The epoch that is best on tokens held out
 * is kept. Not thread-safe; the same seed gives the same router.
 */
final class RouterTraining {
  private static final int BATCH = 512;

  /** Tokens held out that choose the epoch. */
  private static final int WATCHED = 4000;

  private static final double FIRST_RATE = 4e-3;
  private static final double LAST_RATE = 1e-4;

  private final RouterSamples samples;
  private final int hidden;
  private final int epochs;
  private final long seed;
  private final float[] mean; // (D) of the inputs
  private final float[] deviation; // (D)
  private double scale; // mean contribution

  /**
   * @param hidden h, width of the hidden layer
   */
  RouterTraining(RouterSamples samples, int hidden, int epochs, long seed) {
    this.samples = samples;
    this.hidden = hidden;
    this.epochs = epochs;
    this.seed = seed;
    this.mean = new float[samples.width()];
    this.deviation = new float[samples.width()];
    measure();
  }

  private void measure() {
    int width = samples.width();
    float[] row = new float[samples.rowWidth()];
    double[] sums = new double[width];
    double[] squares = new double[width];
    double contributions = 0;
    for (int i = 0; i < samples.training(); i++) {
      samples.read(i, row, 0);
      for (int d = 0; d < width; d++) {
        sums[d] += row[d];
        squares[d] += (double) row[d] * row[d];
      }
      for (int e = 0; e < samples.experts(); e++) {
        contributions += row[width + e];
      }
    }
    int count = Math.max(1, samples.training());
    for (int d = 0; d < width; d++) {
      mean[d] = (float) (sums[d] / count);
      deviation[d] =
          (float) Math.sqrt(Math.max(1e-8, squares[d] / count - (double) mean[d] * mean[d]));
    }
    scale = Math.max(1e-12, contributions / ((double) count * samples.experts()));
  }

  /**
   * Trains.
   *
   * @param progress told the number of epochs that are done
   */
  TrainedRouter train(IntConsumer progress) {
    MultiLayerNetwork network = network();
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[samples.training()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    TrainedRouter best = null;
    double bestShare = -1;
    long step = 0;
    long steps = Math.max(1, (long) epochs * ((order.length + BATCH - 1) / BATCH));
    for (int epoch = 1; epoch <= epochs; epoch++) {
      shuffle(order, random);
      for (int from = 0; from < order.length; from += BATCH) {
        double done = (double) step++ / steps;
        network.setLearningRate(
            LAST_RATE + (FIRST_RATE - LAST_RATE) * (1 + Math.cos(Math.PI * done)) / 2);
        fit(network, order, from, Math.min(BATCH, order.length - from));
      }
      TrainedRouter router = folded(network, epoch);
      double share = CapturedShares.of(samples, router, WATCHED).selection();
      if (share > bestShare) {
        bestShare = share;
        best = router;
      }
      progress.accept(epoch);
    }
    network.close();
    return best;
  }

  private MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.FLOAT)
                .updater(new Adam(FIRST_RATE))
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(samples.width())
                        .nOut(hidden)
                        .activation(Activation.TANH)
                        .build())
                .layer(
                    new OutputLayer.Builder(new RouterLoss())
                        .nIn(hidden)
                        .nOut(samples.experts())
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    return network;
  }

  private void fit(MultiLayerNetwork network, int[] order, int from, int rows) {
    int width = samples.width();
    int experts = samples.experts();
    float[] row = new float[samples.rowWidth()];
    float[] inputs = new float[rows * width];
    float[] targets = new float[rows * experts];
    for (int i = 0; i < rows; i++) {
      samples.read(order[from + i], row, 0);
      for (int d = 0; d < width; d++) {
        inputs[i * width + d] = (row[d] - mean[d]) / deviation[d];
      }
      for (int e = 0; e < experts; e++) {
        targets[i * experts + e] = (float) Math.sqrt(row[width + e] / scale);
      }
    }
    try (INDArray x = Nd4j.createFromArray(inputs).reshape(rows, width);
        INDArray y = Nd4j.createFromArray(targets).reshape(rows, experts)) {
      network.fit(x, y);
    }
  }

  /** The network on inputs that are not standardised. */
  private TrainedRouter folded(MultiLayerNetwork network, int epoch) {
    int width = samples.width();
    int experts = samples.experts();
    float[] a = rows(network.getParam("0_W"));
    float[] bias = rows(network.getParam("0_b"));
    float[] b = rows(network.getParam("1_W"));
    float[] inner = new float[hidden * width];
    for (int h = 0; h < hidden; h++) {
      double shift = 0;
      for (int d = 0; d < width; d++) {
        inner[h * width + d] = a[d * hidden + h] / deviation[d];
        shift += (double) inner[h * width + d] * mean[d];
      }
      bias[h] -= (float) shift;
    }
    float[] outer = new float[experts * hidden];
    for (int e = 0; e < experts; e++) {
      for (int h = 0; h < hidden; h++) {
        outer[e * hidden + h] = b[h * experts + e];
      }
    }
    return new TrainedRouter(inner, bias, outer, rows(network.getParam("1_b")), epoch);
  }

  private static float[] rows(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
