package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;

/** Speed by setting of one model, read from its file. */
final class Speed {
  private final JsonNode file;

  Speed(ResultFiles files, String model) {
    this.file = files.read("speed-" + model);
  }

  /** Seconds of a setting; NaN if it was not measured. */
  double seconds(String setting) {
    return value(setting, "seconds");
  }

  /** A number of a setting. */
  double value(String setting, String field) {
    for (JsonNode row : file.path("rows")) {
      if (row.path("setting").asText().equals(setting)) {
        return row.path(field).asDouble(Double.NaN);
      }
    }
    return Double.NaN;
  }

  /** How much faster than with every expert: 1 is as fast. */
  double gain(String setting) {
    return seconds("dense-8-8") / seconds(setting);
  }

  /**
   * Share of the whole time that goes with the number of decoder experts, from the static prefix of
   * an eighth, which has no router: 0 to 1.
   */
  double feedForwardShare() {
    return Math.max(0, (1 - seconds("static-1-8") / seconds("dense-8-8")) / (1 - 1 / 8.0));
  }

  /** Amdahl's bound for a share of the decoder's experts. */
  double ceiling(double share) {
    return 1 / (1 - feedForwardShare() * (1 - share));
  }
}
