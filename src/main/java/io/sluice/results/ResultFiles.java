package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder with one JSON file for each experiment. A file that is there is complete. */
public final class ResultFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /**
   * Makes the folder if it is missing.
   *
   * @throws UncheckedIOException if that is not possible
   */
  public ResultFiles(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
  }

  /** True if an experiment was done. */
  public boolean has(String name) {
    return Files.exists(file(name));
  }

  /**
   * What an experiment found; a missing node if it was not done.
   *
   * @throws UncheckedIOException if its file cannot be read
   */
  public JsonNode read(String name) {
    if (!has(name)) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(file(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file(name), e);
    }
  }

  /** Keeps what an experiment found: all of it or nothing. */
  void write(String name, ObjectNode result) {
    Path draft = folder.resolve(name + ".json.part");
    try {
      Files.write(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
      Files.move(draft, file(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file(name), e);
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".json");
  }
}
