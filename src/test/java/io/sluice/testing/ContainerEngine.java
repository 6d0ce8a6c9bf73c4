package io.sluice.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * The Docker engine of the container tests. Where it or an image cannot be had, a test is skipped
 * with the reason; with {@code -Dcontainers.required=true} it fails.
 */
public final class ContainerEngine {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerEngine.class);
  private static final long PULL_SECONDS = 300;

  private ContainerEngine() {}

  /** Goes on only if the engine answers and has the images, or can pull them. */
  public static void require(String... images) {
    Optional<String> reason = missing(images);
    if (reason.isPresent()) {
      if (Boolean.getBoolean("containers.required")) {
        throw new AssertionError("containers are required, but " + reason.get());
      }
      LOG.warn("container test skipped: {}", reason.get());
      Assumptions.abort("container test skipped: " + reason.get());
    }
  }

  /** The image that a system property of the build names. */
  public static String image(String property) {
    String name = System.getProperty(property, "");
    if (name.isBlank()) {
      throw new IllegalStateException("system property " + property + " names no image");
    }
    return name;
  }

  private static Optional<String> missing(String... images) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return Optional.of("no Docker engine answers; see docker/README.md");
    }
    DockerClient engine = DockerClientFactory.lazyClient();
    for (String image : images) {
      try {
        engine.inspectImageCmd(image).exec();
      } catch (NotFoundException absent) {
        Optional<String> reason = pull(engine, image);
        if (reason.isPresent()) {
          return reason;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> pull(DockerClient engine, String image) {
    try {
      boolean ended =
          engine
              .pullImageCmd(image)
              .exec(new PullImageResultCallback())
              .awaitCompletion(PULL_SECONDS, TimeUnit.SECONDS);
      return ended ? Optional.empty() : Optional.of("pulling " + image + " takes too long");
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage()).strip();
      return Optional.of("image " + image + " cannot be pulled: " + message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
