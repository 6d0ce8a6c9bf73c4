package io.sluice.cli;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.TransformerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * How far one unit of a neuron's activation moves the output of its layer: the length of its row of
 * W2.
 *
 * @param encoder for each layer, shape (F)
 * @param decoder for each layer, shape (F)
 */
record OutputLengths(List<float[]> encoder, List<float[]> decoder) {

  /**
   * Reads the weights.
   *
   * @throws CheckpointException if they are not there
   */
  static OutputLengths read(ModelBundle bundle, TransformerConfig config) {
    try (InputStream in = bundle.open("model.safetensors")) {
      Safetensors tensors = Safetensors.read(in, "model.safetensors");
      return new OutputLengths(
          half(tensors, "encoder", config.encoderLayers(), config.width(), config.encoderHidden()),
          half(tensors, "decoder", config.decoderLayers(), config.width(), config.decoderHidden()));
    } catch (IOException e) {
      throw new CheckpointException("cannot read model.safetensors of the model " + bundle, e);
    }
  }

  private static List<float[]> half(
      Safetensors tensors, String half, int layers, int width, int neurons) {
    List<float[]> lengths = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      lengths.add(
          ofColumns(
              tensors.values("model." + half + ".layers." + layer + ".fc2.weight", width, neurons),
              neurons));
    }
    return lengths;
  }

  /** Lengths of the columns of a row-major matrix. */
  static float[] ofColumns(float[] matrix, int columns) {
    double[] squares = new double[columns];
    for (int i = 0; i < matrix.length; i++) {
      squares[i % columns] += (double) matrix[i] * matrix[i];
    }
    float[] lengths = new float[columns];
    for (int column = 0; column < columns; column++) {
      lengths[column] = (float) Math.sqrt(squares[column]);
    }
    return lengths;
  }
}
