package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.Quality;
import io.sluice.domain.Translation;

/** A translation as one JSON object, with the names of the result schema. Thread-safe. */
final class TranslationJson {
  private final ObjectMapper mapper = new ObjectMapper();

  String of(Translation translation) {
    ObjectNode json = mapper.createObjectNode();
    json.put("text", translation.text());
    json.put("outcome", translation.outcome().name());
    json.put("degraded", translation.routing().degraded());
    Quality quality = translation.quality();
    json.putObject("quality")
        .put("score", quality.score())
        .put("meanTokenLogProbability", quality.meanTokenLogProbability())
        .put("minimumTokenLogProbability", quality.minimumTokenLogProbability())
        .put("tokenLogProbabilityStdDev", quality.tokenLogProbabilityStdDev())
        .put("topTwoMargin", quality.topTwoMargin())
        .put("lengthRatio", quality.lengthRatio())
        .put("expectedLoss", quality.expectedLoss())
        .put("method", quality.method());
    ObjectNode routing = json.putObject("routing");
    routing.put("mode", translation.routing().mode().name());
    translation.routing().expertsPerLayer().forEach(routing.withArray("expertsPerLayer")::add);
    routing.put("expertsTotal", translation.routing().expertsTotal());
    translation
        .routing()
        .encoderExpertsPerLayer()
        .forEach(routing.withArray("encoderExpertsPerLayer")::add);
    routing.put("encoderExpertsTotal", translation.routing().encoderExpertsTotal());
    routing.put("cause", translation.routing().cause().name());
    json.putObject("decoding")
        .put("beamSize", translation.decoding().beamSize())
        .put("shortlist", translation.decoding().shortlist())
        .put("precision", translation.decoding().precision())
        .put("device", translation.decoding().device());
    json.putObject("model")
        .put("name", translation.model().name())
        .put("version", translation.model().version())
        .put("digest", translation.model().digest());
    var flags = json.putArray("flags");
    translation.flags().stream().sorted().forEach(flag -> flags.add(flag.name()));
    return json.toString();
  }
}
