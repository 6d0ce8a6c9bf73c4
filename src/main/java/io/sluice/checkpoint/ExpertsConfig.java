package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * How a bundle's feed-forward layers are cut: the object {@code sluice_experts} of config.json. The
 * neurons of model.safetensors then lie expert by expert, and experts.safetensors holds routers,
 * plans and means, and elastic weights where the model has some.
 *
 * @param decoder experts N of each decoder layer; 1: not cut
 * @param encoder experts of each encoder layer; 1: not cut
 * @param always decoder experts that run in every mode, from number 0
 * @param levels numbers of decoder experts for which means were measured
 * @param encoderLevels the same for the encoder
 * @param gateWidth hidden width of the routers
 * @param plans plans of the decoder; each layer has an order of experts for each; 0: none
 * @param upper layers that run more experts than this use the {@link ExpertSet#UPPER} set; 0: there
 *     is no such set
 */
public record ExpertsConfig(
    int decoder,
    int encoder,
    int always,
    List<Integer> levels,
    List<Integer> encoderLevels,
    int gateWidth,
    int plans,
    int upper) {

  /** A model that is not cut. */
  public static final ExpertsConfig DENSE =
      new ExpertsConfig(1, 1, 0, List.of(), List.of(), 0, 0, 0);

  public ExpertsConfig {
    levels = List.copyOf(levels);
    encoderLevels = List.copyOf(encoderLevels);
  }

  /**
   * Reads config.json.
   *
   * @return DENSE if it has no such object
   * @throws CheckpointException if a number is missing or not possible
   */
  public static ExpertsConfig read(JsonNode json) {
    JsonNode experts = json.path("sluice_experts");
    if (experts.isMissingNode()) {
      return DENSE;
    }
    return new ExpertsConfig(
        number(experts, "decoder", 1),
        number(experts, "encoder", 1),
        number(experts, "always", 0),
        numbers(experts, "levels"),
        numbers(experts, "encoder_levels"),
        number(experts, "gate_width", 1),
        number(experts, "plans", 0),
        experts.has("upper") ? number(experts, "upper", 1) : 0);
  }

  /** The sets of routers, plans and means that the bundle has; none if it is not cut. */
  public List<ExpertSet> sets() {
    if (decoder == 1 && encoder == 1) {
      return List.of();
    }
    return upper == 0 ? List.of(ExpertSet.LOWER) : List.of(ExpertSet.values());
  }

  private static int number(JsonNode json, String name, int least) {
    int value = json.path(name).asInt(-1);
    if (value < least) {
      throw new CheckpointException(
          "config.json: sluice_experts." + name + " is missing or less than " + least);
    }
    return value;
  }

  private static List<Integer> numbers(JsonNode json, String name) {
    List<Integer> numbers = new ArrayList<>();
    json.path(name).forEach(number -> numbers.add(number.asInt()));
    return numbers;
  }
}
