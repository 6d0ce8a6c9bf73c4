package io.sluice.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where caches go, by the XDG base directory specification. Pure functions. */
final class CacheFolder {
  private CacheFolder() {}

  /** {@code $XDG_CACHE_HOME}, or {@code .cache} in the user's home. */
  static Path of(Map<String, String> environment) {
    String folder = environment.getOrDefault("XDG_CACHE_HOME", "");
    return folder.isEmpty() || !Path.of(folder).isAbsolute()
        ? Path.of(System.getProperty("user.home"), ".cache")
        : Path.of(folder);
  }
}
