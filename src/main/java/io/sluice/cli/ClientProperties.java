package io.sluice.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Reads Kafka's own properties files. */
final class ClientProperties {
  private ClientProperties() {}

  /**
   * Reads a file; null gives no settings.
   *
   * @throws ExitException if it cannot be read
   */
  static Map<String, Object> read(Path file) {
    Map<String, Object> settings = new HashMap<>();
    if (file == null) {
      return settings;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ExitException("cannot read --command-config " + file, e);
    }
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    return settings;
  }
}
