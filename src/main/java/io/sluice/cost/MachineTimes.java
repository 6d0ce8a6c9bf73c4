package io.sluice.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.RoutingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The calibration table time(level, B) of a model on one machine, as JSON:
 *
 * <pre>{@code
 * {"format": 1, "machine": "AMD EPYC", "threads": 2, "backend": "nd4j-cpu", "precision": "float32",
 *  "model": "…", "digest": "…", "decoderExperts": 32, "encoderExperts": 32,
 *  "encoder": [{"routing": "dense", "experts": 32, "fixedMillis": 0.4, "tokenMillis": 0.05,
 *               "medianError": 0.02, "largeError": 0.08}, …],
 *  "decoder": [{"routing": "token", "experts": 16, …}, …],
 *  "shortlist": {"fixedMillis": 0, "tokenMillis": 0}}
 * }</pre>
 *
 * <p>A batch takes {@code encode(tokens) + decode(steps, B)}: encoding {@code fixedMillis +
 * tokenMillis × source tokens}, decoding {@code fixedMillis × steps + tokenMillis × target tokens};
 * steps are the target tokens of the longest row, special tokens count. Times are those of one
 * worker while {@code threads} of them run. Errors are shares of the measured time. {@code
 * shortlist}: what one saves, by the same formula as decoding; 0 where it was not measured apart.
 *
 * @param machine name of the CPU
 * @param threads workers side by side
 * @param backend holds the weights
 * @param precision of the large products
 * @param model its name and version
 * @param digest of its weights
 * @param decoderExperts experts N of a decoder layer
 * @param encoderExperts experts of an encoder layer
 * @param encoder one line for each measured mode and number of experts
 * @param decoder likewise
 */
public record MachineTimes(
    String machine,
    int threads,
    String backend,
    String precision,
    String model,
    String digest,
    int decoderExperts,
    int encoderExperts,
    List<Entry> encoder,
    List<Entry> decoder) {
  private static final int FORMAT = 1;

  /**
   * The times of one number of experts.
   *
   * @param mode how they are chosen; DENSE: all of them
   * @param experts k of every layer
   * @param line fitted to the batches
   */
  public record Entry(RoutingMode mode, int experts, TimeLine line) {}

  public MachineTimes {
    encoder = List.copyOf(encoder);
    decoder = List.copyOf(decoder);
  }

  /** As JSON. */
  public ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("format", FORMAT).put("machine", machine).put("threads", threads);
    json.put("backend", backend).put("precision", precision);
    json.put("model", model).put("digest", digest);
    json.put("decoderExperts", decoderExperts).put("encoderExperts", encoderExperts);
    put(json.putArray("encoder"), encoder);
    put(json.putArray("decoder"), decoder);
    json.putObject("shortlist").put("fixedMillis", 0).put("tokenMillis", 0);
    return json;
  }

  private static void put(ArrayNode array, List<Entry> entries) {
    for (Entry entry : entries) {
      array
          .addObject()
          .put("routing", entry.mode.name().toLowerCase(Locale.ROOT))
          .put("experts", entry.experts)
          .put("fixedMillis", rounded(entry.line.fixedMillis()))
          .put("tokenMillis", rounded(entry.line.tokenMillis()))
          .put("medianError", rounded(entry.line.medianError()))
          .put("largeError", rounded(entry.line.largeError()));
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }

  /**
   * From JSON.
   *
   * @throws IllegalArgumentException if it is of another format
   */
  public static MachineTimes read(JsonNode json) {
    if (json.path("format").asInt() != FORMAT) {
      throw new IllegalArgumentException("a table of times of format " + json.path("format"));
    }
    return new MachineTimes(
        json.path("machine").asText(),
        json.path("threads").asInt(),
        json.path("backend").asText(),
        json.path("precision").asText(),
        json.path("model").asText(),
        json.path("digest").asText(),
        json.path("decoderExperts").asInt(),
        json.path("encoderExperts").asInt(),
        entries(json.path("encoder")),
        entries(json.path("decoder")));
  }

  private static List<Entry> entries(JsonNode array) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode each : array) {
      entries.add(
          new Entry(
              RoutingMode.valueOf(each.path("routing").asText().toUpperCase(Locale.ROOT)),
              each.path("experts").asInt(),
              new TimeLine(
                  each.path("fixedMillis").asDouble(),
                  each.path("tokenMillis").asDouble(),
                  each.path("medianError").asDouble(),
                  each.path("largeError").asDouble())));
    }
    return entries;
  }

  /** Where this machine's table of this model lies in a folder of caches. */
  public Path file(Path caches) {
    return caches.resolve("sluice").resolve("times").resolve(fileName());
  }

  private String fileName() {
    String name =
        "%s-%d-%s-%s-%s".formatted(machine, threads, backend, precision, digest.split("\\+", 2)[0]);
    return name.replaceAll("[^A-Za-z0-9.]+", "-").toLowerCase(Locale.ROOT) + ".json";
  }
}
