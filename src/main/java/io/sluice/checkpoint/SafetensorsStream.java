package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes a safetensors file whose shapes are known before its values, so that it may be larger than
 * the memory. Not thread-safe.
 */
public final class SafetensorsStream {
  private static final int CHUNK = 1 << 18;

  private final OutputStream out;
  private final boolean brain;
  private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES);

  /**
   * Writes the header.
   *
   * @param out stays open
   * @param shapes shape by name, in the order in which the values come
   * @param brain true for BF16, false for F32
   */
  public SafetensorsStream(OutputStream out, Map<String, int[]> shapes, boolean brain)
      throws IOException {
    this.out = out;
    this.brain = brain;
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = header(shapes, brain);
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
    out.write(header);
  }

  /** Writes the next values, of as many tensors as they fill. */
  public void write(float[] values) throws IOException {
    for (int from = 0; from < values.length; from += CHUNK) {
      bytes.clear();
      for (int i = from; i < Math.min(values.length, from + CHUNK); i++) {
        if (brain) {
          int bits = Float.floatToIntBits(values[i]);
          bytes.putShort((short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16)); // ties to even
        } else {
          bytes.putFloat(values[i]);
        }
      }
      out.write(bytes.array(), 0, bytes.position());
    }
  }

  /** The JSON header, padded with spaces so that the data begins at a multiple of 8 bytes. */
  private static byte[] header(Map<String, int[]> shapes, boolean brain) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode header = mapper.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
      ObjectNode description =
          header.putObject(entry.getKey()).put("dtype", brain ? "BF16" : "F32");
      ArrayNode shape = description.putArray("shape");
      long length = brain ? Short.BYTES : Float.BYTES;
      for (int size : entry.getValue()) {
        shape.add(size);
        length *= size;
      }
      description.putArray("data_offsets").add(at).add(at + length);
      at += length;
    }
    byte[] json = mapper.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    byte[] padding = Arrays.copyOf(json, padded);
    Arrays.fill(padding, json.length, padded, (byte) ' ');
    return padding;
  }
}
