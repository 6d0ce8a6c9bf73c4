package io.sluice.peers;

import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Opens another engine. Found by {@link ServiceLoader}; there is none in an ordinary build. */
public interface PeerProvider {

  /** Formats of models that providers read. */
  enum Format {
    ONNX,
    TORCHSCRIPT
  }

  /** What it reads. */
  Format format();

  /**
   * Loads a model.
   *
   * @param folder where the model lies in the engine's own format
   * @param workers how many threads will translate at once, at least 1
   * @throws PeerException if that is not possible
   */
  PeerEngine open(Path folder, int workers);

  /**
   * The provider of this build for a format, if it has one; what an earlier build left behind does
   * not count.
   */
  static Optional<PeerProvider> find(Format format) {
    try {
      return ServiceLoader.load(PeerProvider.class).stream()
          .map(ServiceLoader.Provider::get)
          .filter(provider -> provider.format() == format)
          .findFirst();
    } catch (ServiceConfigurationError e) {
      return Optional.empty();
    }
  }
}
