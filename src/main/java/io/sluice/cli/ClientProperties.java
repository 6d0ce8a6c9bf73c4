package io.sluice.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;

/** Reads Kafka's own properties files, variables of config providers filled in. */
final class ClientProperties {
  private ClientProperties() {}

  /**
   * Reads a file; null gives no settings.
   *
   * @throws ExitException if it cannot be read or a variable in it has no value
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
    Map<String, String> raw = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> raw.put(key, properties.getProperty(key)));
    try {
      settings.putAll(ConfigVariables.resolve(raw));
    } catch (ConfigException e) {
      throw new ExitException("--command-config " + file + ": " + e.getMessage(), e);
    }
    return settings;
  }
}
