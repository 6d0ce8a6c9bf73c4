package io.sluice.cli;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Fills in what a properties file leaves to Kafka's config providers: {@code ${env:NAME}}, {@code
 * ${file:PATH:KEY}}, {@code ${directory:PATH:FILE}}. It is done here, once and before any client is
 * built, because the registry client does not know these variables, and because Kafka leaves one
 * that it cannot find as it is. Values never appear in messages.
 */
final class ConfigVariables {
  private static final String PROVIDERS = "config.providers";
  private static final String ALLOWED = "org.apache.kafka.automatic.config.providers";
  private static final Map<String, String> WELL_KNOWN =
      Map.of(
          "env", EnvVarConfigProvider.class.getName(),
          "file", FileConfigProvider.class.getName(),
          "directory", DirectoryConfigProvider.class.getName());

  /** Provider, optionally a path, and a key: the syntax of Kafka's own ConfigTransformer. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*?):(([^}]*?):)?([^}]*?)\\}");

  private final Map<String, ConfigProvider> providers;
  private final List<String> unknown = new ArrayList<>();

  private ConfigVariables(Map<String, ConfigProvider> providers) {
    this.providers = providers;
  }

  /**
   * The settings with every variable replaced and without {@code config.providers…}.
   *
   * @throws ConfigException if a provider cannot be made or a variable has no value; names all
   */
  static Map<String, String> resolve(Map<String, String> settings) {
    return resolve(settings, System.getProperty(ALLOWED));
  }

  /** The same with the list of classes that may be used, separated by commas; null: all. */
  static Map<String, String> resolve(Map<String, String> settings, String allowed) {
    Map<String, ConfigProvider> providers = new LinkedHashMap<>();
    try {
      for (String name : names(settings)) {
        providers.put(name, provider(name, settings, allowed));
      }
      return new ConfigVariables(providers).replaceAll(settings);
    } finally {
      providers.values().forEach(ConfigVariables::close);
    }
  }

  private Map<String, String> replaceAll(Map<String, String> settings) {
    Map<String, String> resolved = new HashMap<>();
    settings.forEach(
        (key, value) -> {
          if (!key.equals(PROVIDERS) && !key.startsWith(PROVIDERS + ".")) {
            resolved.put(key, replace(key, value));
          }
        });
    if (!unknown.isEmpty()) {
      throw new ConfigException("no value for " + String.join(", ", unknown));
    }
    return resolved;
  }

  private String replace(String key, String value) {
    return VARIABLE
        .matcher(value)
        .replaceAll(
            found -> {
              ConfigProvider provider = providers.get(found.group(1));
              if (provider == null) {
                unknown.add(
                    "a variable of %s, whose provider %s does not name".formatted(key, PROVIDERS));
                return "";
              }
              return Matcher.quoteReplacement(
                  value(provider, path(found.group(3)), found.group(4), found.group(), key));
            });
  }

  private String value(
      ConfigProvider provider, String path, String name, String variable, String key) {
    String value = null;
    try {
      value = provider.get(path, Set.of(name)).data().get(name);
    } catch (ConfigException e) {
      // a file that cannot be read: named below like every other
      unknown.add(variable + " of " + key + " (" + e.getMessage() + ")");
      return "";
    }
    if (value == null) {
      unknown.add(variable + " of " + key);
      return "";
    }
    return value;
  }

  private static String path(String group) {
    return group == null ? "" : group;
  }

  private static List<String> names(Map<String, String> settings) {
    return Arrays.stream(settings.getOrDefault(PROVIDERS, "").split(","))
        .map(String::trim)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static ConfigProvider provider(
      String name, Map<String, String> settings, String allowed) {
    String prefix = PROVIDERS + "." + name;
    String type = settings.getOrDefault(prefix + ".class", WELL_KNOWN.get(name));
    if (type == null) {
      throw new ConfigException(prefix + ".class is missing");
    }
    if (allowed != null && Arrays.stream(allowed.split(",")).noneMatch(type::equals)) {
      throw new ConfigException(type + " is not among the providers that " + ALLOWED + " allows");
    }
    Map<String, String> parameters = new HashMap<>();
    String parameter = prefix + ".param.";
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(parameter)) {
            parameters.put(key.substring(parameter.length()), value);
          }
        });
    try {
      ConfigProvider provider =
          Class.forName(type)
              .asSubclass(ConfigProvider.class)
              .getDeclaredConstructor()
              .newInstance();
      provider.configure(parameters);
      return provider;
    } catch (ClassNotFoundException
        | ClassCastException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new ConfigException("cannot use " + type + " as a config provider: " + e);
    }
  }

  private static void close(ConfigProvider provider) {
    try {
      provider.close();
    } catch (IOException e) {
      // its values have been read, nothing is left to lose
      return;
    }
  }
}
