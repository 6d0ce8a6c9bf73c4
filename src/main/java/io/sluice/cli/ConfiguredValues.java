package io.sluice.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Values of options that the command line leaves out: {@code SLUICE_BOOTSTRAP_SERVER} in the
 * environment for {@code --bootstrap-server}, then {@code bootstrap-server=…} in the file that
 * {@code --config} names. Immutable.
 */
final class ConfiguredValues implements IDefaultValueProvider {
  private static final Set<String> COMMAND_LINE_ONLY =
      Set.of("help", "version", "config", "stacktrace");

  private final Map<String, String> environment;
  private final Properties file;
  private final String fileName;

  private ConfiguredValues(Map<String, String> environment, Properties file, String fileName) {
    this.environment = Map.copyOf(environment);
    this.file = file;
    this.fileName = fileName;
  }

  /**
   * Reads the file that {@code --config} or {@code SLUICE_CONFIG} names, if any.
   *
   * @throws ExitException with status 2 if it cannot be read
   */
  static ConfiguredValues read(Map<String, String> environment, String... args) {
    String name = configFile(environment, args);
    Properties properties = new Properties();
    if (name != null) {
      try (Reader reader = Files.newBufferedReader(Path.of(name))) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new ExitException(2, "cannot read the configuration file " + name, e);
      }
    }
    return new ConfiguredValues(environment, properties, name);
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String key = key(option.longestName());
    if (COMMAND_LINE_ONLY.contains(key)) {
      return null;
    }
    String value = environment.get(variable(key));
    return value != null ? value : file.getProperty(key);
  }

  /** Keys of the file that no command has an option for. */
  List<String> unknownKeys(Set<String> known) {
    return file.stringPropertyNames().stream()
        .filter(key -> !known.contains(key))
        .sorted()
        .toList();
  }

  /** The name of the file, null if there is none. */
  String file() {
    return fileName;
  }

  /** {@code --bootstrap-server} → {@code bootstrap-server}. */
  static String key(String optionName) {
    return optionName.replaceFirst("^-+", "");
  }

  /** {@code bootstrap-server} → {@code SLUICE_BOOTSTRAP_SERVER}. */
  static String variable(String key) {
    return "SLUICE_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static String configFile(Map<String, String> environment, String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith("--config=")) {
        return args[i].substring("--config=".length());
      }
      if (args[i].equals("--config") && i + 1 < args.length) {
        return args[i + 1];
      }
    }
    return environment.get("SLUICE_CONFIG");
  }
}
