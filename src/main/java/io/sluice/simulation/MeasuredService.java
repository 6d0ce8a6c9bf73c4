package io.sluice.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What one instance of the real application does on its machine, with broker and clients where they
 * are: what a table of the model's times cannot know.
 *
 * @param workers batches side by side
 * @param batch largest number of rows in a batch
 * @param recordsPerSecond at full quality, while more come than it can take
 * @param lowestRecordsPerSecond the same at the cheapest level of the ladder
 * @param lightLoad share of {@code recordsPerSecond} at which latency was measured
 * @param lightMillis median latency under that load, from record to {@code read_committed} reader
 * @param busyShare share of their time in which workers translate while there is always something
 *     to translate, above 0, at most 1
 * @param meanSourceTokens of a record
 * @param sourceSpread standard deviation of the logarithm of that
 */
public record MeasuredService(
    int workers,
    int batch,
    double recordsPerSecond,
    double lowestRecordsPerSecond,
    double lightLoad,
    double lightMillis,
    double busyShare,
    double meanSourceTokens,
    double sourceSpread) {
  /** Name of the field that holds it in what {@code bench --json} prints. */
  public static final String FIELD = "measured";

  public MeasuredService {
    if (workers < 1
        || batch < 1
        || !(recordsPerSecond > 0 && lowestRecordsPerSecond > 0)
        || !(lightLoad > 0 && lightLoad < 1)
        || !(lightMillis >= 0)
        || !(busyShare > 0 && busyShare <= 1)
        || !(meanSourceTokens > 0 && sourceSpread >= 0)) {
      throw new IllegalArgumentException("figures of a service are positive, shares below 1");
    }
  }

  /**
   * Reads one, or the first object that has one as its field {@value #FIELD}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static MeasuredService read(JsonNode json) {
    JsonNode own = json.has(FIELD) ? json.path(FIELD) : json;
    return new MeasuredService(
        own.path("workers").asInt(),
        own.path("batch").asInt(),
        own.path("recordsPerSecond").asDouble(),
        own.path("lowestRecordsPerSecond").asDouble(),
        own.path("lightLoad").asDouble(),
        own.path("lightMillis").asDouble(-1),
        own.path("busyShare").asDouble(),
        own.path("meanSourceTokens").asDouble(),
        own.path("sourceSpread").asDouble(-1));
  }

  /** The same service at another speed: both rates change by the same factor. */
  public MeasuredService atRate(double fullRate) {
    return new MeasuredService(
        workers,
        batch,
        fullRate,
        lowestRecordsPerSecond * fullRate / recordsPerSecond,
        lightLoad,
        lightMillis,
        busyShare,
        meanSourceTokens,
        sourceSpread);
  }

  /** As {@link #read} takes it. */
  public ObjectNode json() {
    return new ObjectMapper()
        .createObjectNode()
        .put("workers", workers)
        .put("batch", batch)
        .put("recordsPerSecond", round(recordsPerSecond))
        .put("lowestRecordsPerSecond", round(lowestRecordsPerSecond))
        .put("lightLoad", round(lightLoad))
        .put("lightMillis", round(lightMillis))
        .put("busyShare", round(busyShare))
        .put("meanSourceTokens", round(meanSourceTokens))
        .put("sourceSpread", round(sourceSpread));
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
