package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cost.Arithmetic;
import io.sluice.cost.BatchRounds;
import io.sluice.domain.Routing;
import io.sluice.nn.StageClock.Half;
import io.sluice.nn.StageClock.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The cost picture for people and for programs. Pure functions.
 *
 * @param arithmetic of the model
 * @param rate multiply-adds a second of the machine's own large product
 */
record CostReport(Arithmetic arithmetic, double rate) {
  private static final List<String> HEADING =
      List.of(
          "B",
          "rows",
          "experts",
          "encoder k",
          "routing",
          "encoder",
          "self",
          "cross",
          "router",
          "FFN",
          "output",
          "search",
          "overhead",
          "total",
          "tokens/s");

  /** Microseconds for each decoder step, by part. */
  String times(List<BatchRounds> measured) {
    TextTable table = new TextTable();
    table.row(HEADING);
    for (BatchRounds each : measured) {
      List<String> row = setting(each);
      row.add(number(each.micros(Half.ENCODER), 0));
      for (Stage stage : Stage.values()) {
        row.add(number(each.micros(Half.DECODER, stage), 0));
      }
      row.add(number(each.micros(), 0));
      row.add(number(each.tokensPerSecond(), 0));
      table.row(row);
    }
    return table.toString();
  }

  /** Millions of multiply-adds for each decoder step, and the share of the rate, by part. */
  String products(List<BatchRounds> measured) {
    TextTable table = new TextTable();
    table.row(HEADING.subList(0, HEADING.size() - 4));
    for (BatchRounds each : measured) {
      List<String> row = setting(each);
      row.add(product(multiplyAdds(each, Half.ENCODER), each.micros(Half.ENCODER)));
      for (Stage stage : Stage.values()) {
        if (stage != Stage.SEARCH && stage != Stage.OVERHEAD) {
          row.add(
              product(
                  each.multiplyAdds(arithmetic, Half.DECODER, stage),
                  each.micros(Half.DECODER, stage)));
        }
      }
      table.row(row);
    }
    return table.toString();
  }

  private static List<String> setting(BatchRounds each) {
    Routing routing = each.routing();
    return new ArrayList<>(
        List.of(
            Integer.toString(each.batch()),
            number(each.rowsPerStep(), 1),
            routing.expertsPerLayer().get(0) + "/" + routing.expertsTotal(),
            routing.encoderExpertsPerLayer().get(0) + "/" + routing.encoderExpertsTotal(),
            routing.mode().name().toLowerCase(Locale.ROOT)));
  }

  private String product(double multiplyAdds, double micros) {
    return multiplyAdds == 0
        ? "-"
        : number(multiplyAdds / 1e6, 2) + " (" + number(100 * share(multiplyAdds, micros), 0) + ")";
  }

  private double share(double multiplyAdds, double micros) {
    return micros == 0 ? 0 : multiplyAdds / (micros / 1e6) / rate;
  }

  private double multiplyAdds(BatchRounds each, Half half) {
    double sum = 0;
    for (Stage stage : Stage.values()) {
      sum += each.multiplyAdds(arithmetic, half, stage);
    }
    return sum;
  }

  /** One row of the picture; parts of a half as an object each. */
  ObjectNode json(BatchRounds each) {
    Routing routing = each.routing();
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("batch", each.batch());
    json.put("experts", routing.expertsPerLayer().get(0));
    json.put("expertsTotal", routing.expertsTotal());
    json.put("encoderExperts", routing.encoderExpertsPerLayer().get(0));
    json.put("encoderExpertsTotal", routing.encoderExpertsTotal());
    json.put("routing", routing.mode().name().toLowerCase(Locale.ROOT));
    json.put("rowsPerStep", rounded(each.rowsPerStep(), 2));
    json.put("microsPerStep", rounded(each.micros(), 1));
    json.put("sentencesPerSecond", rounded(each.sentencesPerSecond(), 2));
    json.put("tokensPerSecond", rounded(each.tokensPerSecond(), 1));
    for (Half half : Half.values()) {
      ObjectNode parts = json.putObject(half.name().toLowerCase(Locale.ROOT));
      for (Stage stage : Stage.values()) {
        double micros = each.micros(half, stage);
        double multiplyAdds = each.multiplyAdds(arithmetic, half, stage);
        if (micros == 0) {
          continue; // a part that the half does not have
        }
        ObjectNode part = parts.putObject(name(stage));
        part.put("microsPerStep", rounded(micros, 2));
        if (multiplyAdds > 0) {
          part.put("multiplyAddsPerStep", Math.round(multiplyAdds));
          part.put("shareOfRate", rounded(share(multiplyAdds, micros), 4));
        }
      }
    }
    return json;
  }

  /** SELF_ATTENTION becomes selfAttention. */
  private static String name(Stage stage) {
    StringBuilder name = new StringBuilder();
    for (String word : stage.name().toLowerCase(Locale.ROOT).split("_", -1)) {
      name.append(
          name.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return name.toString();
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static double rounded(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
