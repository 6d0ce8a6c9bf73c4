package io.sluice.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the levels of a ladder lose as JSON, {@code expected-loss.json} of a bundle:
 *
 * <pre>{@code
 * {"format": 1,
 *  "levels": [{"decoder": [16, 16, 16], "encoder": [32, 32, 32, 32, 32], "routing": "sentence",
 *              "intercept": -3.1, "lengthWeight": 0.9, "droppedWeight": 2.4,
 *              "distance": 0.31, "distanceSlope": -0.04, "bound": 0.22}, …]}
 * }</pre>
 *
 * <p>A level is described at {@link ExpectedLoss.Level}, its weights at {@link LossFit}; full
 * quality is not among them. Other fields are for people.
 */
public final class ExpectedLossFile {
  /** Its name in a bundle. */
  public static final String NAME = "expected-loss.json";

  /** The same for levels that search more narrowly than full quality. */
  public static final String ALL = "expected-loss-all.json";

  private static final int FORMAT = 1;

  private ExpectedLossFile() {}

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static ExpectedLoss read(JsonNode json) {
    if (json.path("format").asInt() != FORMAT) {
      throw new IllegalArgumentException("expected losses of format " + json.path("format"));
    }
    List<ExpectedLoss.Level> levels = new ArrayList<>();
    for (JsonNode each : json.path("levels")) {
      levels.add(
          new ExpectedLoss.Level(
              numbers(each.path("decoder")),
              numbers(each.path("encoder")),
              RoutingMode.valueOf(each.path("routing").asText().toUpperCase(Locale.ROOT)),
              each.path("beam").asInt(0),
              new LossFit(
                  each.path("intercept").asDouble(),
                  each.path("lengthWeight").asDouble(),
                  each.path("droppedWeight").asDouble(),
                  each.path("distance").asDouble(),
                  each.path("distanceSlope").asDouble(),
                  each.path("bound").asDouble())));
    }
    return new ExpectedLoss(levels);
  }

  /** Writes levels; their objects may be added to. */
  public static ObjectNode write(ExpectedLoss loss) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("format", FORMAT);
    ArrayNode levels = json.putArray("levels");
    for (ExpectedLoss.Level level : loss.levels()) {
      ObjectNode each = levels.addObject();
      level.decoderExperts().forEach(each.putArray("decoder")::add);
      level.encoderExperts().forEach(each.putArray("encoder")::add);
      LossFit fit = level.fit();
      if (level.beam() > 0) {
        each.put("beam", level.beam());
      }
      each.put("routing", level.mode().name().toLowerCase(Locale.ROOT))
          .put("intercept", round(fit.intercept()))
          .put("lengthWeight", round(fit.lengthWeight()))
          .put("droppedWeight", round(fit.droppedWeight()))
          .put("distance", round(fit.distance()))
          .put("distanceSlope", round(fit.distanceSlope()))
          .put("bound", round(fit.bound()));
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
}
