package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors of a safetensors file, converted to float32: an 8-byte little-endian header length,
 * a JSON header with type, shape and byte range of each tensor, then the bytes. Types F32, F16 and
 * BF16. Files may be larger than 2 GiB if they are mapped. Immutable and thread-safe.
 */
public final class Safetensors {
  private static final int LARGEST_HEADER = 100 << 20;
  private static final long LARGEST_PIECE = 1L << 28;
  private static final Set<String> TYPES = Set.of("F32", "F16", "BF16");

  private final String name;
  private final Map<String, Stored> tensors;
  private final String digest;
  private final String storedType;

  /** A tensor: its shape and its values, row-major. */
  @SuppressWarnings("ArrayRecordComponent") // owned by the file it came from, never compared
  public record Tensor(int[] shape, float[] values) {}

  /** A tensor as it lies in memory or in the mapped file: pieces of whole values. */
  @SuppressWarnings("ArrayRecordComponent") // owned by the file it came from, never compared
  private record Stored(int[] shape, String type, List<ByteBuffer> pieces) {

    float[] values() {
      int count = 1;
      for (int size : shape) {
        count *= size;
      }
      float[] values = new float[count];
      int at = 0;
      for (ByteBuffer piece : pieces) {
        at += decode(piece.duplicate().order(ByteOrder.LITTLE_ENDIAN), type, values, at);
      }
      return values;
    }
  }

  /**
   * Reads a whole file into memory, up to 2 GiB.
   *
   * @param name of the file, for messages
   * @throws CheckpointException if it is not a complete safetensors file
   */
  public static Safetensors read(InputStream in, String name) {
    try {
      MessageDigest sha256 = Sha256.start();
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
      byte[] data = digesting.readAllBytes();
      return new Safetensors(
          name,
          header,
          data.length,
          (from, count) -> List.of(ByteBuffer.wrap(data, (int) from, (int) count).slice()),
          sha256);
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + name, e);
    }
  }

  /**
   * Maps a file into memory. Its values are converted when they are asked for and not kept.
   *
   * @param file not to be changed while tensors are read
   * @param name of the file, for messages
   * @throws CheckpointException if it is not a complete safetensors file
   */
  public static Safetensors map(Path file, String name) {
    try (FileChannel channel = FileChannel.open(file)) {
      MessageDigest sha256 = Sha256.start();
      long size = channel.size();
      for (ByteBuffer piece : pieces(channel, 0, size)) {
        sha256.update(piece);
      }
      if (size < 8) {
        throw new CheckpointException(name + " is shorter than a safetensors header");
      }
      long headerLength =
          channel.map(MapMode.READ_ONLY, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (headerLength < 2 || headerLength > Math.min(LARGEST_HEADER, size - 8)) {
        throw new CheckpointException(name + " is not a safetensors file");
      }
      byte[] header = new byte[(int) headerLength];
      channel.map(MapMode.READ_ONLY, 8, headerLength).get(header);
      long data = 8 + headerLength;
      return new Safetensors(
          name, header, size - data, (from, count) -> pieces(channel, data + from, count), sha256);
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + name, e);
    }
  }

  /** A range of the data, in pieces of whole values. */
  @FunctionalInterface
  private interface Ranges {
    List<ByteBuffer> range(long from, long length) throws IOException;
  }

  private static List<ByteBuffer> pieces(FileChannel channel, long from, long length)
      throws IOException {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (long at = 0; at < length; at += LARGEST_PIECE) {
      pieces.add(channel.map(MapMode.READ_ONLY, from + at, Math.min(LARGEST_PIECE, length - at)));
    }
    return pieces;
  }

  private Safetensors(
      String name, byte[] header, long dataLength, Ranges data, MessageDigest sha256)
      throws IOException {
    this.name = name;
    this.digest = HexFormat.of().formatHex(sha256.digest());
    this.tensors = new LinkedHashMap<>();
    JsonNode json = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
    String type = "";
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.put(
            entry.getKey(), stored(name, entry.getKey(), entry.getValue(), dataLength, data));
        type = entry.getValue().path("dtype").asText();
      }
    }
    this.storedType = type;
  }

  private static Stored stored(
      String file, String name, JsonNode description, long dataLength, Ranges data)
      throws IOException {
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
    if (from < 0 || to > dataLength || to - from != count * width || count > Integer.MAX_VALUE) {
      throw new CheckpointException(
          file
              + ": tensor "
              + name
              + " of shape "
              + Arrays.toString(shape)
              + " does not fit its byte range; the file may be cut short");
    }
    if (!TYPES.contains(type)) {
      throw new CheckpointException(
          file + ": tensor " + name + " has type " + type + "; read are F32, F16 and BF16");
    }
    return new Stored(shape, type, data.range(from, to - from));
  }

  /** Converts a piece; returns how many values it has. */
  private static int decode(ByteBuffer bytes, String type, float[] values, int at) {
    if (type.equals("F32")) {
      int count = bytes.remaining() / Float.BYTES;
      bytes.asFloatBuffer().get(values, at, count);
      return count;
    }
    int count = bytes.remaining() / Short.BYTES;
    boolean half = type.equals("F16");
    for (int i = at; i < at + count; i++) {
      short stored = bytes.getShort();
      values[i] = half ? HalfPrecision.toFloat(stored) : Float.intBitsToFloat(stored << 16);
    }
    return count;
  }

  /**
   * The values of a tensor, row-major.
   *
   * @throws CheckpointException if it is not there or has another shape
   */
  public float[] values(String tensorName, int... shape) {
    Stored tensor = tensors.get(tensorName);
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
    return tensor.values();
  }

  /** A tensor of any shape; null if it is not there. */
  public Tensor find(String tensorName) {
    Stored tensor = tensors.get(tensorName);
    return tensor == null ? null : new Tensor(tensor.shape, tensor.values());
  }

  /** Number of values of all tensors together. */
  public long parameters() {
    long count = 0;
    for (Stored tensor : tensors.values()) {
      long size = 1;
      for (int length : tensor.shape) {
        size *= length;
      }
      count += size;
    }
    return count;
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
