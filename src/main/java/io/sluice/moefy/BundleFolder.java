package io.sluice.moefy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.NeuronOrder;
import io.sluice.checkpoint.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the folder of an expert bundle. Not thread-safe. */
final class BundleFolder {
  /** Files that stay as they are, where the dense bundle has them. */
  private static final List<String> COPIED =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "calibration.json",
          "activations.json", // ranges hold for any order of neurons
          "sentencepiece.model",
          "shortlist.bin",
          "generation_config.json",
          "README.md");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final ModelBundle source;

  /**
   * Makes the folder.
   *
   * @throws UncheckedIOException if that is not possible
   */
  BundleFolder(Path folder, ModelBundle source) {
    this.folder = folder;
    this.source = source;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
  }

  /** Copies what does not change and writes the weights with their neurons in a new order. */
  void writeDense(Map<LayerName, LayerCut> cuts) {
    for (String name : COPIED) {
      Optional<InputStream> found = source.find(name);
      if (found.isPresent()) {
        try (InputStream in = found.get()) {
          write(name, in.readAllBytes());
        } catch (IOException e) {
          throw new UncheckedIOException("cannot copy " + name, e);
        }
      }
    }
    byte[] weights = source.bytes("model.safetensors");
    NeuronOrder neurons = new NeuronOrder(weights);
    cuts.forEach((layer, cut) -> neurons.apply(layer.weightsPrefix(), cut.order()));
    write("model.safetensors", weights);
    ObjectNode config = config();
    config.remove("sluice_experts"); // until experts.safetensors is there
    writeJson("config.json", config);
  }

  /** config.json of the source, to be changed. */
  ObjectNode config() {
    return (ObjectNode) source.json("config.json");
  }

  /** Writes a JSON file. */
  void writeJson(String name, Object value) {
    try {
      write(name, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + name, e);
    }
  }

  /** Writes a file of tensors. */
  void write(String name, SafetensorsWriter tensors) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      tensors.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
    }
    write(name, bytes.toByteArray());
  }

  /** Writes a file. */
  void write(String name, byte[] bytes) {
    try {
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
    }
  }
}
