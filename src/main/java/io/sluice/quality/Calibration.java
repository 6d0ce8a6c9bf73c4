package io.sluice.quality;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The content of {@code calibration.json}. Immutable.
 *
 * @param method name and version of the estimator, as results state it
 * @param directions model by direction ({@code en>de}); {@code *} serves every other direction
 * @param languages character profile by BCP-47 language; may be empty
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Calibration(
    String method, Map<String, DirectionModel> directions, Map<String, LanguageProfile> languages) {
  /** The key of the model for directions without their own. */
  public static final String ANY_DIRECTION = "*";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  public Calibration {
    directions = Collections.unmodifiableMap(new TreeMap<>(directions));
    languages = Collections.unmodifiableMap(new TreeMap<>(languages));
  }

  /**
   * Reads a file; does not close it.
   *
   * @throws IOException if it is not a calibration for the features of this version
   */
  public static Calibration read(InputStream json) throws IOException {
    return JSON.readValue(json.readAllBytes(), Calibration.class);
  }

  /** Writes the file, deterministically; does not close it. */
  public void write(OutputStream out) throws IOException {
    out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }
}
