package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Changes the order of feed-forward neurons in the bytes of a safetensors file: rows of fc1.weight,
 * entries of fc1.bias, columns of fc2.weight. Everything else stays as it is, byte for byte, and
 * the model computes the same function. Changes the array that it was given; not thread-safe.
 */
public final class NeuronOrder {
  private final byte[] file;
  private final JsonNode header;
  private final int data;

  /**
   * @param file a whole safetensors file
   * @throws CheckpointException if it is none
   */
  public NeuronOrder(byte[] file) {
    this.file = file;
    if (file.length < 8) {
      throw new CheckpointException("model.safetensors is shorter than a safetensors header");
    }
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > file.length - 8) {
      throw new CheckpointException("model.safetensors is not a safetensors file");
    }
    this.data = 8 + (int) length;
    try {
      this.header =
          new ObjectMapper().readTree(new String(file, 8, (int) length, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new CheckpointException("model.safetensors is not a safetensors file", e);
    }
  }

  /**
   * Puts neuron {@code order[i]} in place i.
   *
   * @param prefix of the layer: {@code model.decoder.layers.0.}
   * @param order shape (F), a permutation
   */
  public void apply(String prefix, int[] order) {
    permute(prefix + "fc1.weight", 0, order);
    permute(prefix + "fc1.bias", 0, order);
    permute(prefix + "fc2.weight", 1, order);
  }

  private void permute(String name, int axis, int[] order) {
    JsonNode tensor = header.path(name);
    int from = data + tensor.path("data_offsets").path(0).asInt();
    int to = data + tensor.path("data_offsets").path(1).asInt();
    if (tensor.path("shape").path(axis).asInt(-1) != order.length || to > file.length) {
      throw new CheckpointException(name + " has not " + order.length + " neurons");
    }
    int outer = axis == 0 ? 1 : tensor.path("shape").path(0).asInt();
    int block = (to - from) / outer / order.length; // bytes that move together
    byte[] old = Arrays.copyOfRange(file, from, to);
    for (int row = 0; row < outer; row++) {
      int base = row * order.length * block;
      for (int i = 0; i < order.length; i++) {
        System.arraycopy(old, base + order[i] * block, file, from + base + i * block, block);
      }
    }
  }
}
