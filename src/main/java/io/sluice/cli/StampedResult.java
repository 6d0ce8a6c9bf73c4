package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.Decoding;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.ModelIdentity;
import io.sluice.domain.RejectedException;
import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a result says of how it was made, read from a line of {@code consume --json}.
 *
 * @param budget experts of each layer, and how they were chosen
 */
record StampedResult(
    String id,
    LanguagePair languages,
    String text,
    String outcome,
    ExpertBudget budget,
    Decoding decoding,
    ModelIdentity model) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Reads a line.
   *
   * @throws ExitException with status 2 if it is no result
   */
  static StampedResult parse(String line) {
    try {
      JsonNode json = MAPPER.readTree(line);
      JsonNode routing = json.required("routing");
      JsonNode decoding = json.required("decoding");
      JsonNode model = json.required("model");
      RoutingMode mode = RoutingMode.valueOf(routing.required("mode").asText());
      return new StampedResult(
          json.required("id").asText(),
          LanguagePair.of(
              json.required("sourceLanguage").asText(), json.required("targetLanguage").asText()),
          json.required("text").asText(),
          json.required("outcome").asText(),
          mode == RoutingMode.DENSE
              ? ExpertBudget.all()
              : new ExpertBudget(
                  numbers(routing.required("expertsPerLayer")),
                  numbers(routing.required("encoderExpertsPerLayer")),
                  mode,
                  BudgetCause.MANUAL,
                  0),
          new Decoding(
              decoding.required("beamSize").asInt(),
              decoding.required("shortlist").asBoolean(),
              decoding.required("precision").asText(),
              decoding.required("device").asText()),
          new ModelIdentity(
              model.required("name").asText(),
              model.required("version").asText(),
              model.required("digest").asText()));
    } catch (JsonProcessingException | IllegalArgumentException | RejectedException e) {
      throw new ExitException(
          2, "not a result as consume --json prints it: " + firstLine(e.getMessage()), e);
    }
  }

  /** How it was decoded, wherever that was. */
  Decoding decodingAnywhere() {
    return new Decoding(decoding.beamSize(), decoding.shortlist(), decoding.precision(), "");
  }

  private static List<Integer> numbers(JsonNode array) {
    List<Integer> numbers = new ArrayList<>();
    array.forEach(each -> numbers.add(each.asInt()));
    return numbers;
  }

  /** Jackson adds the place and a piece of the input. */
  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /**
   * Settings of a translator that are not those of the result, for people: {@code precision int8,
   * here float32}. Those named first make a replay mean little.
   */
  List<String> differences(ModelIdentity hereModel, Decoding here) {
    List<String> differences = new ArrayList<>();
    add(differences, "model digest", model.digest(), hereModel.digest());
    add(differences, "precision", decoding.precision(), here.precision());
    add(differences, "beam", decoding.beamSize(), here.beamSize());
    add(differences, "shortlist", decoding.shortlist(), here.shortlist());
    add(differences, "device", decoding.device(), here.device());
    return differences;
  }

  private static void add(List<String> differences, String what, Object stamped, Object here) {
    if (!stamped.equals(here)) {
      differences.add("%s %s, here %s".formatted(what, stamped, here));
    }
  }
}
