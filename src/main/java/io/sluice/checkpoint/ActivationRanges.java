package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.tensor.ActivationRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file {@code activations.json} of a bundle: for each place of the network the range that a
 * byte covers in int8, {@code {"ranges": {"decoder.layers.0.feed_forward": [-3.1, 2.9], …}}}. Pure
 * functions.
 */
public final class ActivationRanges {
  /** Name of the file. */
  public static final String FILE = "activations.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ActivationRanges() {}

  /**
   * The ranges of a bundle by name; empty if it has none.
   *
   * @throws CheckpointException if the file is not what it should be
   */
  public static Map<String, ActivationRange> read(ModelBundle bundle) {
    if (!bundle.has(FILE)) {
      return Map.of();
    }
    Map<String, ActivationRange> ranges = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : bundle.json(FILE).path("ranges").properties()) {
      JsonNode pair = each.getValue();
      try {
        ranges.put(
            each.getKey(),
            new ActivationRange(
                (float) pair.path(0).asDouble(Double.NaN),
                (float) pair.path(1).asDouble(Double.NaN)));
      } catch (IllegalArgumentException e) {
        throw new CheckpointException(
            FILE + " of the model " + bundle + ": " + each.getKey() + " has the value " + pair, e);
      }
    }
    return ranges;
  }

  /** First half of the SHA-256 of a bundle's file. */
  public static String digest(ModelBundle bundle) {
    byte[] sha256 = Sha256.start().digest(bundle.bytes(FILE));
    return HexFormat.of().formatHex(sha256).substring(0, 32);
  }

  /** The content of the file. */
  public static byte[] write(Map<String, ActivationRange> ranges) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode values = root.putObject("ranges");
    new TreeMap<>(ranges)
        .forEach((name, range) -> values.putArray(name).add(range.least()).add(range.most()));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
