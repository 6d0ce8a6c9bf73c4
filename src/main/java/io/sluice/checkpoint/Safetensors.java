package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors of a safetensors file, converted to float32: an 8-byte little-endian header length,
 * a JSON header with type, shape and byte range of each tensor, then the bytes. Types F32, F16 and
 * BF16. Immutable and thread-safe.
 */
public final class Safetensors {
  private static final int LARGEST_HEADER = 100 << 20;

  private final String name;
  private final Map<String, Tensor> tensors;
  private final String digest;
  private final String storedType;

  /** A tensor: its shape and its values, row-major. */
  @SuppressWarnings("ArrayRecordComponent") // owned by the file it came from, never compared
  public record Tensor(int[] shape, float[] values) {}

  private Safetensors(String name, Map<String, Tensor> tensors, String digest, String storedType) {
    this.name = name;
    this.tensors = tensors;
    this.digest = digest;
    this.storedType = storedType;
  }

  /**
   * Reads all tensors of a file.
   *
   * @param name of the file, for messages
   * @throws CheckpointException if it is not a complete safetensors file
   */
  public static Safetensors read(InputStream in, String name) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      DigestInputStream digesting = new DigestInputStream(in, sha256);
      ByteBuffer length = ByteBuffer.wrap(digesting.readNBytes(8)).order(ByteOrder.LITTLE_ENDIAN);
      if (length.remaining() < 8) {
        throw new CheckpointException(name + " is shorter than a safetensors header");
      }
      long headerLength = length.getLong();
      if (headerLength < 2 || headerLength > LARGEST_HEADER) {
        throw new CheckpointException(name + " is not a safetensors file");
      }
      byte[] header = digesting.readNBytes((int) headerLength);
      JsonNode json = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
      byte[] data = digesting.readAllBytes();
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      String type = "";
      for (Map.Entry<String, JsonNode> entry : json.properties()) {
        if (!entry.getKey().equals("__metadata__")) {
          tensors.put(entry.getKey(), tensor(name, entry.getKey(), entry.getValue(), data));
          type = entry.getValue().path("dtype").asText();
        }
      }
      return new Safetensors(name, tensors, HexFormat.of().formatHex(sha256.digest()), type);
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + name, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Tensor tensor(String file, String name, JsonNode description, byte[] data) {
    int[] shape = new int[description.path("shape").size()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = description.path("shape").get(i).asInt();
      count *= shape[i];
    }
    long from = description.path("data_offsets").path(0).asLong(-1);
    long to = description.path("data_offsets").path(1).asLong(-1);
    String type = description.path("dtype").asText();
    int width = type.equals("F32") ? 4 : 2;
    if (from < 0 || to > data.length || to - from != count * width) {
      throw new CheckpointException(
          file
              + ": tensor "
              + name
              + " of shape "
              + Arrays.toString(shape)
              + " does not fit its byte range; the file may be cut short");
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(data, (int) from, (int) (to - from)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[(int) count];
    switch (type) {
      case "F32" -> bytes.asFloatBuffer().get(values);
      case "F16" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfPrecision.toFloat(bytes.getShort());
        }
      }
      case "BF16" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort() << 16);
        }
      }
      default ->
          throw new CheckpointException(
              file + ": tensor " + name + " has type " + type + "; read are F32, F16 and BF16");
    }
    return new Tensor(shape, values);
  }

  /**
   * The values of a tensor, row-major.
   *
   * @throws CheckpointException if it is not there or has another shape
   */
  public float[] values(String tensorName, int... shape) {
    Tensor tensor = tensors.get(tensorName);
    if (tensor == null) {
      throw new CheckpointException(name + " has no tensor " + tensorName);
    }
    if (!Arrays.equals(tensor.shape, shape)) {
      throw new CheckpointException(
          name
              + ": tensor "
              + tensorName
              + " should have shape "
              + Arrays.toString(shape)
              + ", has "
              + Arrays.toString(tensor.shape));
    }
    return tensor.values;
  }

  /** A tensor of any shape; null if it is not there. */
  public Tensor find(String tensorName) {
    return tensors.get(tensorName);
  }

  /** Name of the file, for messages. */
  public String name() {
    return name;
  }

  /** Names of all tensors, in the order of the file. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** SHA-256 of the whole file, lower-case hexadecimal. */
  public String digest() {
    return digest;
  }

  /** Type in which the tensors are stored: F32, F16 or BF16. */
  public String storedType() {
    return storedType;
  }
}
