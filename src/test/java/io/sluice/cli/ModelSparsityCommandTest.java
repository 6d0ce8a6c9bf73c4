package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ModelBundle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSparsityCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path source;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void copyDemoSentences() throws IOException {
    source = folder.resolve("demo.en.txt");
    try (InputStream demo = getClass().getResourceAsStream("/demo/sentences.en.txt")) {
      Files.copy(demo, source);
    }
  }

  @Test
  void shouldMeasureTheBundledModelWhenOnlyASourceIsGiven() throws IOException {
    JsonNode report = json("--source=" + source, "--limit=24", "--batch=8");

    assertThat(report.path("sentences").asInt()).isEqualTo(24);
    assertThat(report.path("teacher").asText()).isEqualTo("own greedy output");
    assertThat(report.path("digest").asText()).startsWith("sha256:");
    assertThat(layers(report, "source")).hasSize(5);
    assertThat(layers(report, "teacher-forced")).hasSize(3);
    assertThat(report.path("layers"))
        .allSatisfy(
            layer -> {
              JsonNode inactive = layer.path("inactive");
              assertThat(inactive.path("mean").asDouble()).isBetween(0.75, 0.99);
              assertThat(inactive.path("p10").asDouble())
                  .isLessThan(inactive.path("p90").asDouble());
              JsonNode union = layer.path("union");
              assertThat(union.path(0).path("real").asDouble())
                  .isCloseTo(1 - inactive.path("mean").asDouble(), within(2e-6));
              assertThat(union.path(3).path("real").asDouble())
                  .isGreaterThan(union.path(2).path("real").asDouble());
            });
  }

  @Test
  void shouldMeasureTheSameTwiceWhenTheTeacherIsTheModelItself() throws IOException {
    JsonNode report = json("--source=" + source, "--limit=24", "--batch=8");

    List<ObjectNode> forced = layers(report, "teacher-forced");
    List<ObjectNode> free = layers(report, "free-running");
    for (int layer = 0; layer < free.size(); layer++) {
      assertThat(forced.get(layer).without(List.of("run")).toString())
          .isEqualTo(free.get(layer).without(List.of("run")).toString());
    }
  }

  @Test
  void shouldFeedTheReferenceWhenThereIsATarget() throws IOException {
    Path packed = gzipped("demo.de.gz", "Ein Mann.\nZwei Kinder.\n12:30\n");

    JsonNode report =
        json("--source=" + firstLines(3), "--target=" + packed, "--from=en", "--to=de");

    assertThat(report.path("teacher").asText()).isEqualTo("reference");
    assertThat(report.path("sentences").asInt()).isEqualTo(2);
    assertThat(report.path("skippedLines").asInt()).isEqualTo(1);
    assertThat(layers(report, "teacher-forced").get(0).path("tokens").asInt())
        .isBetween(8, 14)
        .isLessThan(layers(report, "free-running").get(0).path("tokens").asInt());
  }

  @Test
  void shouldNotDependOnTheBatchExceptInTheUnions() throws IOException {
    JsonNode alone = json("--source=" + source, "--limit=12", "--batch=1");
    JsonNode together = json("--source=" + source, "--limit=12", "--batch=12");

    for (int layer = 0; layer < 11; layer++) {
      JsonNode a = alone.path("layers").path(layer);
      JsonNode b = together.path("layers").path(layer);
      assertThat(a.path("tokens")).isEqualTo(b.path("tokens"));
      assertThat(a.path("inactive").path("mean").asDouble())
          .isCloseTo(b.path("inactive").path("mean").asDouble(), within(1e-4));
    }
    JsonNode decoder = layers(alone, "free-running").get(0).path("union").path(1);
    assertThat(decoder.path("real").isNull()).isTrue();
    assertThat(decoder.path("realBatches").asInt()).isZero();
  }

  @Test
  void shouldPrintTablesWithTheClaimsOfTheOriginalBeside() {
    int status = run("--source=" + source, "--limit=4");

    assertThat(status).isZero();
    assertThat(out.toString())
        .contains("its own greedy output", "about 90", "80–90", "decoder 2 free-running", "B=256");
  }

  @Test
  void shouldDrawTwoPanelsThatCanBeDecoded() throws IOException {
    Path plot = folder.resolve("plot.png");

    int status = run("--source=" + source, "--limit=12", "--plot=" + plot);

    assertThat(status).isZero();
    assertThat(err.toString()).contains("wrote " + plot);
    BufferedImage image = ImageIO.read(plot.toFile());
    assertThat(image.getWidth()).isEqualTo(1400);
    assertThat(image.getHeight()).isEqualTo(560);
    int blue = 0x0072B2;
    assertThat(pixels(image, 0, 700, blue)).isGreaterThan(300);
    assertThat(pixels(image, 700, 1400, blue)).isGreaterThan(300);
  }

  @Test
  void shouldMeasureAnotherCheckpointWhenItHasTheStandardFilesOnly() throws IOException {
    Path model = standardFiles("relu");

    JsonNode report = json("--source=" + source, "--limit=2", "--model=" + model);

    assertThat(report.path("model").asText()).isEqualTo(model.toString());
    assertThat(report.path("layers")).hasSize(11);
  }

  @Test
  void shouldRefuseAModelThatIsNotRelu() throws IOException {
    int status = run("--source=" + source, "--model=" + standardFiles("gelu"));

    assertThat(status).isEqualTo(1);
    assertThat(err.toString()).contains("gelu");
  }

  @Test
  void shouldReturnTwoWhenOptionsAreWrong() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--source=" + source, "--limit=0")).isEqualTo(2);
    assertThat(run("--source=" + source, "--batch=0")).isEqualTo(2);
    assertThat(run("--source=" + source, "--to=en")).isEqualTo(2);
    assertThat(run("--source=" + source, "--to=fr")).isEqualTo(2);
    assertThat(err.toString()).contains("--source", "--limit", "--batch", "--from, --to");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldReturnOneWhenFilesAreWrong() throws IOException {
    Path numbers = Files.writeString(folder.resolve("numbers"), "12:30\n\n");

    assertThat(run("--source=" + folder.resolve("missing"))).isEqualTo(1);
    assertThat(run("--source=" + numbers)).isEqualTo(1);
    assertThat(run("--source=" + source, "--target=" + numbers, "--limit=2")).isEqualTo(1);
    assertThat(run("--source=" + source, "--plot=" + folder.resolve("no/plot.png"))).isEqualTo(1);
    assertThat(err.toString())
        .contains("missing", "nothing to measure", "same number of lines", "no such folder");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldShowAnExampleInTheHelp() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("Example:", "./sluice model sparsity --source");
  }

  private Path firstLines(int count) throws IOException {
    List<String> lines = Files.readAllLines(source).subList(0, count);
    return Files.write(folder.resolve("first.txt"), lines);
  }

  private Path gzipped(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  /** The bundled model as a plain Hugging Face folder: without what only Sluice writes. */
  private Path standardFiles(String activation) throws IOException {
    Path model = Files.createDirectory(folder.resolve(activation));
    ModelBundle bundle = ModelBundle.bundled();
    for (String file : List.of("model.safetensors", "tokenizer.json")) {
      try (InputStream in = bundle.open(file)) {
        Files.copy(in, model.resolve(file));
      }
    }
    ObjectNode config = (ObjectNode) bundle.json("config.json");
    config.remove("sluice_experts"); // standard files only
    config.put("activation_function", activation);
    Files.writeString(model.resolve("config.json"), config.toString());
    return model;
  }

  private static long pixels(BufferedImage image, int fromX, int toX, int colour) {
    long count = 0;
    for (int x = fromX; x < toX; x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        count += (image.getRGB(x, y) & 0xFFFFFF) == colour ? 1 : 0;
      }
    }
    return count;
  }

  private static List<ObjectNode> layers(JsonNode report, String run) {
    return StreamSupport.stream(report.path("layers").spliterator(), false)
        .filter(layer -> layer.path("run").asText().equals(run))
        .map(ObjectNode.class::cast)
        .toList();
  }

  private JsonNode json(String... options) throws IOException {
    out.getBuffer().setLength(0);
    String[] all = java.util.Arrays.copyOf(options, options.length + 1);
    all[options.length] = "--json";
    assertThat(run(all)).as(err.toString()).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    return JSON.readTree(out.toString());
  }

  private int run(String... options) {
    String[] words = new String[options.length + 2];
    words[0] = "model";
    words[1] = "sparsity";
    System.arraycopy(options, 0, words, 2, options.length);
    return Main.run(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), words);
  }
}
