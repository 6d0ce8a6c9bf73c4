package io.sluice.moefy;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** An expert bundle in which nothing takes the place of experts that do not run: a control. */
public final class Uncompensated {
  private Uncompensated() {}

  /**
   * Writes the bundle with all means of experts zero.
   *
   * @throws UncheckedIOException if a file cannot be read or written
   */
  public static void write(ModelBundle source, Path out) {
    BundleFolder folder = new BundleFolder(out, source);
    folder.writeDense(Map.of());
    try (InputStream in = source.open("experts.safetensors")) {
      Safetensors tensors = Safetensors.read(in, "experts.safetensors");
      SafetensorsWriter writer = new SafetensorsWriter();
      for (String name : tensors.names()) {
        Safetensors.Tensor tensor = tensors.find(name);
        float[] values = tensor.values().clone();
        if (name.endsWith("mean")) {
          Arrays.fill(values, 0);
        }
        writer.add(name, values, tensor.shape());
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      writer.write(bytes);
      folder.write("experts.safetensors", bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the experts of " + source, e);
    }
    folder.writeJson("config.json", source.json("config.json"));
  }
}
