package io.sluice.checkpoint;

import io.sluice.checkpoint.Safetensors.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Collects named float32 tensors and writes them as a safetensors file. The same tensors in the
 * same order give the same bytes. Not thread-safe.
 */
public final class SafetensorsWriter {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /**
   * Adds a tensor.
   *
   * @param values row-major; kept, not copied
   * @throws IllegalArgumentException if the name is taken or the values do not fill the shape
   */
  public SafetensorsWriter add(String name, float[] values, int... shape) {
    long count = 1;
    for (int size : shape) {
      count *= size;
    }
    if (count != values.length) {
      throw new IllegalArgumentException(
          "tensor "
              + name
              + " of shape "
              + Arrays.toString(shape)
              + " has "
              + values.length
              + " values");
    }
    if (tensors.putIfAbsent(name, new Tensor(shape.clone(), values)) != null) {
      throw new IllegalArgumentException("two tensors are called " + name);
    }
    return this;
  }

  /** Writes the file; the stream stays open. */
  public void write(OutputStream out) throws IOException {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    SafetensorsStream stream = new SafetensorsStream(out, shapes, false);
    for (Tensor tensor : tensors.values()) {
      stream.write(tensor.values());
    }
  }
}
