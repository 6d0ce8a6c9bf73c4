package io.sluice.moefy;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * What a router is trained to lower: the Huber distance of its scores to the square roots of the
 * contributions (the root tames the heavy tail), plus a listwise cross-entropy, so that the ranking
 * of the experts that matter counts more than the values of those that do not. Expects no
 * activation function on the output layer and no mask. Stateless and thread-safe.
 */
final class RouterLoss implements ILossFunction {
  private static final long serialVersionUID = 1;
  private static final float LISTWISE = 0.1f;
  private static final float SHARPNESS = 2f;

  @Override
  public double computeScore(
      INDArray labels, INDArray output, IActivation activation, INDArray mask, boolean average) {
    double sum = computeScoreArray(labels, output, activation, mask).sumNumber().doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray output, IActivation activation, INDArray mask) {
    return evaluate(labels, output).losses;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray output, IActivation activation, INDArray mask) {
    return evaluate(labels, output).gradients;
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray output, IActivation activation, INDArray mask, boolean average) {
    Evaluated evaluated = evaluate(labels, output);
    double sum = evaluated.losses.sumNumber().doubleValue();
    return new Pair<>(average ? sum / labels.size(0) : sum, evaluated.gradients);
  }

  @Override
  public String name() {
    return "RouterLoss";
  }

  /** Losses of shape (rows, 1), gradients of shape (rows, N). */
  private record Evaluated(INDArray losses, INDArray gradients) {}

  private static Evaluated evaluate(INDArray labels, INDArray output) {
    int rows = (int) labels.size(0);
    int experts = (int) labels.size(1);
    float[] target = labels.dup('c').data().asFloat();
    float[] score = output.dup('c').data().asFloat();
    float[] losses = new float[rows];
    float[] gradients = new float[rows * experts];
    for (int row = 0; row < rows; row++) {
      losses[row] = row(target, score, row * experts, experts, gradients);
    }
    return new Evaluated(
        Nd4j.createFromArray(losses).reshape(rows, 1),
        Nd4j.createFromArray(gradients).reshape(rows, experts));
  }

  /** Loss and gradient of one row that begins at {@code from}. */
  static float row(float[] target, float[] score, int from, int experts, float[] gradient) {
    double total = 0;
    double partition = 0;
    double top = Double.NEGATIVE_INFINITY;
    for (int e = from; e < from + experts; e++) {
      total += square(square(target[e]));
      top = Math.max(top, SHARPNESS * score[e]);
    }
    for (int e = from; e < from + experts; e++) {
      partition += Math.exp(SHARPNESS * score[e] - top);
    }
    double loss = 0;
    for (int e = from; e < from + experts; e++) {
      double difference = score[e] - target[e];
      double clipped = Math.max(-1, Math.min(1, difference));
      loss += clipped * (difference - clipped / 2) / experts;
      double wanted = total > 0 ? square(square(target[e])) / total : 1.0 / experts;
      double logarithm = SHARPNESS * score[e] - top - Math.log(partition);
      loss -= LISTWISE * wanted * logarithm;
      gradient[e] =
          (float) (clipped / experts + LISTWISE * SHARPNESS * (Math.exp(logarithm) - wanted));
    }
    return (float) loss;
  }

  private static double square(double value) {
    return value * value;
  }
}
