package io.sluice.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the registry's runnable jar lies: system property {@code sluice.registry.home}, else
 * environment {@code SLUICE_REGISTRY_HOME} (the jar or the folder that holds it), else {@code
 * registry/} beside the application's jar or classes.
 */
public final class RegistryArchive {
  private static final String SUFFIX = "-runner.jar";

  private RegistryArchive() {}

  /**
   * Finds the jar.
   *
   * @throws IllegalStateException if there is none; the message says what to do
   */
  public static Path locate() {
    String configured = System.getProperty("sluice.registry.home");
    if (configured == null) {
      configured = System.getenv("SLUICE_REGISTRY_HOME");
    }
    Path place = configured == null ? besideApplication() : Path.of(configured);
    return find(place)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no schema registry in "
                        + place
                        + "; build with mvn package, or set SLUICE_REGISTRY_HOME"));
  }

  private static Path besideApplication() {
    try {
      Path code =
          Path.of(
              RegistryArchive.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return code.toAbsolutePath().resolveSibling("registry");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<Path> find(Path place) {
    if (Files.isRegularFile(place)) {
      return Optional.of(place);
    }
    if (!Files.isDirectory(place)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
