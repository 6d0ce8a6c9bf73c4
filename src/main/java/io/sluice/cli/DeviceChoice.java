package io.sluice.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which device is taken, and why.
 *
 * @param device the device
 * @param reason for a log line
 */
public record DeviceChoice(Device device, String reason) {
  /** Compute capabilities that nd4j-cuda-11.6 has machine code for, sm_89 by way of sm_86. */
  private static final int OLDEST = 37;

  private static final int NEWEST = 89;

  /** What the user asks for. */
  public enum Request {
    CPU,
    CUDA,
    AUTO
  }

  /**
   * Decides.
   *
   * @param requested what the user asks for
   * @param backends ND4J backends on the class path
   * @param cardArchitecture compute capability of the first card, such as {@code 8.6}; empty: none
   * @throws ExitException if the request cannot be met
   */
  public static DeviceChoice decide(
      Request requested, Set<Device> backends, Optional<String> cardArchitecture) {
    Optional<String> obstacle = cudaObstacle(backends, cardArchitecture);
    if (requested != Request.CPU && obstacle.isEmpty()) {
      return new DeviceChoice(
          Device.CUDA,
          (requested == Request.CUDA ? "asked for" : "automatic")
              + ", card is "
              + name(cardArchitecture.orElseThrow()));
    }
    if (requested == Request.CUDA) {
      throw new ExitException("--device cuda is not possible: " + obstacle.orElseThrow());
    }
    if (!backends.contains(Device.CPU)) {
      throw new ExitException(
          "no CPU backend on the class path: build without -Dcuda, or use --device cuda");
    }
    return new DeviceChoice(
        Device.CPU,
        requested == Request.CPU ? "asked for" : "automatic: " + obstacle.orElseThrow());
  }

  private static Optional<String> cudaObstacle(
      Set<Device> backends, Optional<String> cardArchitecture) {
    if (!backends.contains(Device.CUDA)) {
      return Optional.of("built without the CUDA backend (build with mvn -Dcuda package)");
    }
    if (cardArchitecture.isEmpty()) {
      return Optional.of("no NVIDIA card found");
    }
    int number = number(cardArchitecture.get());
    if (number < OLDEST || number > NEWEST) {
      return Optional.of(
          "the card is "
              + name(cardArchitecture.get())
              + ", the CUDA backend runs on sm_37 to sm_89 only");
    }
    return Optional.empty();
  }

  private static String name(String architecture) {
    return "sm_" + architecture.replace(".", "").toLowerCase(Locale.ROOT);
  }

  private static int number(String architecture) {
    try {
      return Integer.parseInt(architecture.replace(".", "").strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
