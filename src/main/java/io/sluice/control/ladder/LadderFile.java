package io.sluice.control.ladder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The ladder of a model as JSON, {@code ladder.json} of its bundle:
 *
 * <pre>{@code
 * {"format": 1, "decoderExperts": 32, "encoderExperts": 32,
 *  "levels": [{"decoder": [32, 32, 32], "encoder": [32, 32, 32, 32, 32], "routing": "dense",
 *              "beam": 1, "shortlist": false, "cost": 1.0, "bleuLoss": 0.0, "differs": 0.0,
 *              "distance": 0.0, "crossEntropyChange": 0.0}, …]}
 * }</pre>
 *
 * <p>{@code decoderExperts} and {@code encoderExperts} are totals of a layer; a level is described
 * at {@link ServiceLevel}. Other fields are for people.
 */
public final class LadderFile {
  /** Its name in a bundle. */
  public static final String NAME = "ladder.json";

  /** The ladder of {@code --ladder all}, whose first level searches more widely than the others. */
  public static final String ALL = "ladder-all.json";

  private static final int FORMAT = 1;

  private LadderFile() {}

  /**
   * Reads a ladder.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static ServiceLadder read(JsonNode json) {
    if (json.path("format").asInt() != FORMAT) {
      throw new IllegalArgumentException("a ladder of format " + json.path("format"));
    }
    List<ServiceLevel> levels = new ArrayList<>();
    for (JsonNode each : json.path("levels")) {
      levels.add(
          new ServiceLevel(
              levels.size(),
              numbers(each.path("decoder")),
              numbers(each.path("encoder")),
              mode(each.path("routing")),
              each.path("beam").asInt(1),
              each.path("shortlist").asBoolean(),
              each.path("cost").asDouble(),
              each.path("bleuLoss").asDouble(),
              each.path("differs").asDouble(),
              each.path("distance").asDouble(),
              each.path("crossEntropyChange").asDouble()));
    }
    return new ServiceLadder(
        levels, json.path("decoderExperts").asInt(), json.path("encoderExperts").asInt());
  }

  /** Writes a ladder. */
  public static ObjectNode write(ServiceLadder ladder) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("format", FORMAT);
    json.put("decoderExperts", ladder.decoderTotal());
    json.put("encoderExperts", ladder.encoderTotal());
    ArrayNode levels = json.putArray("levels");
    for (ServiceLevel level : ladder.levels()) {
      ObjectNode each = levels.addObject();
      ArrayNode decoder = each.putArray("decoder");
      level.decoderExperts().forEach(decoder::add);
      ArrayNode encoder = each.putArray("encoder");
      level.encoderExperts().forEach(encoder::add);
      each.put("routing", level.mode().name().toLowerCase(Locale.ROOT));
      each.put("beam", level.beam());
      each.put("shortlist", level.shortlist());
      each.put("cost", round(level.cost()));
      each.put("bleuLoss", round(level.bleuLoss()));
      each.put("differs", round(level.differs()));
      each.put("distance", round(level.distance()));
      each.put("crossEntropyChange", round(level.crossEntropyChange()));
    }
    return json;
  }

  private static double round(double value) {
    return Math.round(value * 1e5) / 1e5;
  }

  private static List<Integer> numbers(JsonNode array) {
    List<Integer> numbers = new ArrayList<>();
    array.forEach(each -> numbers.add(each.asInt()));
    return numbers;
  }

  static RoutingMode mode(JsonNode name) {
    return RoutingMode.valueOf(name.asText().toUpperCase(Locale.ROOT));
  }
}
