package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.Safetensors.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
    byte[] header = header();
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
    out.write(header);
    for (Tensor tensor : tensors.values()) {
      ByteBuffer bytes =
          ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(tensor.values());
      out.write(bytes.array());
    }
  }

  /** The JSON header, padded with spaces so that the data begins at a multiple of 8 bytes. */
  private byte[] header() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode header = mapper.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      ObjectNode description = header.putObject(entry.getKey()).put("dtype", "F32");
      ArrayNode shape = description.putArray("shape");
      for (int size : entry.getValue().shape()) {
        shape.add(size);
      }
      long end = at + 4L * entry.getValue().values().length;
      description.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = mapper.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    byte[] bytes = Arrays.copyOf(json, padded);
    Arrays.fill(bytes, json.length, padded, (byte) ' ');
    return bytes;
  }
}
