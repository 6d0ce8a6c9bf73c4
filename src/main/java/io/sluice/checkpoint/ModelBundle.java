package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one model: a folder, or the bundle that ships in the class path. Immutable and
 * thread-safe.
 */
public final class ModelBundle {
  private static final String BUNDLED = "/model/en-de/";

  private final Path folder; // null: class path
  private final String name;

  private ModelBundle(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /** The model that ships with Sluice. */
  public static ModelBundle bundled() {
    return new ModelBundle(null, "en-de");
  }

  /**
   * The model in a folder.
   *
   * @throws CheckpointException if there is no such folder or it has no config.json
   */
  public static ModelBundle of(Path folder) {
    if (!Files.isRegularFile(folder.resolve("config.json"))) {
      throw new CheckpointException(
          "no config.json in " + folder + ": a model is a folder in the Hugging Face layout");
    }
    return new ModelBundle(folder, folder.toAbsolutePath().normalize().getFileName().toString());
  }

  /** Name of the folder, or of the bundled model. */
  public String name() {
    return name;
  }

  /** Version of the bundle: {@code sluice_version} of its config.json, or 1. */
  public String version() {
    return json("config.json").path("sluice_version").asText("1");
  }

  /**
   * Opens a file of the bundle.
   *
   * @throws CheckpointException if it is not there
   */
  public InputStream open(String file) {
    return find(file)
        .orElseThrow(() -> new CheckpointException("the model " + this + " has no file " + file));
  }

  /** Opens a file of the bundle if it is there. */
  public Optional<InputStream> find(String file) {
    try {
      if (folder == null) {
        return Optional.ofNullable(ModelBundle.class.getResourceAsStream(BUNDLED + file));
      }
      Path path = folder.resolve(file);
      return Files.isRegularFile(path) ? Optional.of(Files.newInputStream(path)) : Optional.empty();
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + file + " of the model " + this, e);
    }
  }

  /** Whether the bundle has a file. */
  public boolean has(String file) {
    return folder == null
        ? ModelBundle.class.getResource(BUNDLED + file) != null
        : Files.isRegularFile(folder.resolve(file));
  }

  /**
   * Opens a safetensors file of the bundle: mapped if it lies in a folder, so that it may be larger
   * than the heap.
   *
   * @throws CheckpointException if it is not there or not complete
   */
  public Safetensors tensors(String file) {
    if (folder != null && Files.isRegularFile(folder.resolve(file))) {
      return Safetensors.map(folder.resolve(file), file);
    }
    try (InputStream in = open(file)) {
      return Safetensors.read(in, file);
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + file + " of the model " + this, e);
    }
  }

  /** Reads a JSON file of the bundle. */
  public JsonNode json(String file) {
    try (InputStream in = open(file)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new CheckpointException(file + " of the model " + this + " is not valid JSON", e);
    }
  }

  /** All bytes of a file of the bundle. */
  public byte[] bytes(String file) {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + file + " of the model " + this, e);
    }
  }

  @Override
  public String toString() {
    return folder == null ? name + " (bundled)" : folder.toString();
  }
}
