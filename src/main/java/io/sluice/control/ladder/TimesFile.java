package io.sluice.control.ladder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.TimeTable;
import io.sluice.control.TimeTable.Line;
import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The times of a model on one machine as JSON:
 *
 * <pre>{@code
 * {"format": 1, "machine": "…", "model": "…", "decoderExperts": 32, "encoderExperts": 32,
 *  "encoder": [{"routing": "dense", "experts": 32, "fixedMillis": 0.4, "tokenMillis": 0.05}, …],
 *  "decoder": [{"routing": "token", "experts": 16, "fixedMillis": 0.9, "tokenMillis": 0.08}, …],
 *  "shortlist": {"fixedMillis": 0.1, "tokenMillis": 0.02}}
 * }</pre>
 *
 * <p>{@code fixedMillis} is per batch in the encoder and per step in the decoder, {@code
 * tokenMillis} per source or target token, one worker, while as many run as will serve. {@code
 * shortlist}: what one saves. Other fields are for people.
 */
public final class TimesFile {
  private static final int FORMAT = 1;

  private TimesFile() {}

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static TimeTable read(JsonNode json) {
    if (json.path("format").asInt() != FORMAT) {
      throw new IllegalArgumentException("a time table of format " + json.path("format"));
    }
    JsonNode shortlist = json.path("shortlist");
    return new TimeTable(
        lines(json.path("encoder")),
        lines(json.path("decoder")),
        new Line(
            RoutingMode.DENSE,
            0,
            shortlist.path("fixedMillis").asDouble(),
            shortlist.path("tokenMillis").asDouble()),
        json.path("decoderExperts").asInt(),
        json.path("encoderExperts").asInt());
  }

  private static List<Line> lines(JsonNode array) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode each : array) {
      lines.add(
          new Line(
              LadderFile.mode(each.path("routing")),
              each.path("experts").asInt(),
              each.path("fixedMillis").asDouble(),
              each.path("tokenMillis").asDouble()));
    }
    return lines;
  }

  /** Writes a table. */
  public static ObjectNode write(TimeTable times) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("format", FORMAT);
    json.put("decoderExperts", times.decoderTotal());
    json.put("encoderExperts", times.encoderTotal());
    put(json.putArray("encoder"), times.encoder());
    put(json.putArray("decoder"), times.decoder());
    json.putObject("shortlist")
        .put("fixedMillis", times.shortlist().fixedMillis())
        .put("tokenMillis", times.shortlist().tokenMillis());
    return json;
  }

  private static void put(ArrayNode array, List<Line> lines) {
    for (Line line : lines) {
      array
          .addObject()
          .put("routing", line.mode().name().toLowerCase(Locale.ROOT))
          .put("experts", line.experts())
          .put("fixedMillis", line.fixedMillis())
          .put("tokenMillis", line.tokenMillis());
    }
  }
}
