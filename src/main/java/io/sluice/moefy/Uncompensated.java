package io.sluice.moefy;

import io.sluice.checkpoint.ExpertSet;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.SafetensorsWriter;
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
    for (ExpertSet set : ExpertsConfig.read(source.json("config.json")).sets()) {
      folder.write(set.file(), withoutMeans(source.tensors(set.file())));
    }
    folder.writeJson("config.json", source.json("config.json"));
  }

  private static SafetensorsWriter withoutMeans(Safetensors tensors) {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String name : tensors.names()) {
      Safetensors.Tensor tensor = tensors.find(name);
      float[] values = tensor.values().clone();
      if (name.endsWith("mean")) {
        Arrays.fill(values, 0);
      }
      writer.add(name, values, tensor.shape());
    }
    return writer;
  }
}
