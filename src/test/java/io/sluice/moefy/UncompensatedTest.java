package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.testing.ExpertBundles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UncompensatedTest {
  @TempDir private Path folder;

  @Test
  void shouldChangeNothingButMeans() throws IOException {
    Path source = Files.createDirectory(folder.resolve("source"));
    ModelBundle bundle =
        ExpertBundles.random(source, ExpertBundles.Sizes.ODD, ExpertBundles.Cut.ODD, 3);

    Uncompensated.write(bundle, folder.resolve("out"));

    ModelBundle out = ModelBundle.of(folder.resolve("out"));
    assertThat(out.bytes("model.safetensors")).isEqualTo(bundle.bytes("model.safetensors"));
    assertThat(out.json("config.json")).isEqualTo(bundle.json("config.json"));
    Safetensors before = experts(bundle);
    Safetensors after = experts(out);
    assertThat(after.names()).isEqualTo(before.names());
    for (String name : before.names()) {
      float[] values = after.find(name).values();
      assertThat(after.find(name).shape()).isEqualTo(before.find(name).shape());
      if (name.endsWith("mean")) {
        assertThat(values).as(name).containsOnly(0);
        assertThat(before.find(name).values()).as(name).isNotEqualTo(values);
      } else {
        assertThat(values).as(name).isEqualTo(before.find(name).values());
      }
    }
  }

  private static Safetensors experts(ModelBundle bundle) throws IOException {
    try (InputStream in = bundle.open("experts.safetensors")) {
      return Safetensors.read(in, "experts.safetensors");
    }
  }
}
