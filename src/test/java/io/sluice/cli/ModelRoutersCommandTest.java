package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testing.ExpertBundles;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small random model: what routers choose means nothing, but bounds and sums must hold. */
class ModelRoutersCommandTest {
  @TempDir private Path folder;
  private Path cut;
  private Path dense;
  private Path text;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeModels() throws IOException {
    cut = Files.createDirectory(folder.resolve("cut"));
    dense = Files.createDirectory(folder.resolve("dense"));
    ExpertBundles.random(cut, ExpertBundles.Sizes.ODD, ExpertBundles.Cut.ODD, 3);
    ExpertBundles.dense(cut, dense);
    text = folder.resolve("demo.txt");
    try (InputStream demo = getClass().getResourceAsStream("/demo/sentences.en.txt")) {
      Files.copy(demo, text);
    }
  }

  @Test
  void shouldCompareTheTrainedGateWhenTheModelHasOne() throws IOException {
    JsonNode report = json(cut);

    assertThat(report.path("fittedSentences").asInt()).isEqualTo(6);
    assertThat(report.path("measuredSentences").asInt()).isEqualTo(6);
    assertThat(report.path("digest").asText()).startsWith("sha256:");
    assertThat(report.path("layers")).hasSize(3);
    for (JsonNode layer : report.path("layers")) {
      boolean encoder = layer.path("half").asText().equals("encoder");
      assertThat(layer.path("experts").asInt()).isEqualTo(encoder ? 3 : 7);
      assertThat(layer.path("tokens").asInt()).isPositive();
      assertThat(names(layer)).contains("trained gate", "oracle by error", "static hot-first");
    }
    assertThat(out.toString()).contains("trained gate", "1/7", "3/7", "4/7", "5/7", "1/3");
  }

  @Test
  void shouldRankOraclesFirstInTheirOwnMeasures() throws IOException {
    for (JsonNode layer : json(cut).path("layers")) {
      Map<String, JsonNode> routers = points(layer);
      routers.forEach(
          (name, points) -> {
            for (int i = 0; i < points.size(); i++) {
              assertThat(points.path(i).path("capturedMass").asDouble())
                  .isBetween(0.0, at(routers, "oracle by mass", i, "capturedMass") + 1e-6);
              assertThat(points.path(i).path("capturedContribution").asDouble())
                  .isBetween(
                      0.0, at(routers, "oracle by contribution", i, "capturedContribution") + 1e-6);
            }
          });
      assertThat(at(routers, "oracle by mass", 0, "recallOfMass")).isCloseTo(1, within(1e-9));
      assertThat(at(routers, "oracle by contribution", 0, "recallOfContribution"))
          .isCloseTo(1, within(1e-9));
      assertThat(at(routers, "static hot-first", 0, "errorWithMeans"))
          .isGreaterThan(at(routers, "oracle by error", 0, "errorWithMeans"));
    }
  }

  @Test
  void shouldCompareWithoutATrainedGateWhenTheModelIsNotCutYet() throws IOException {
    JsonNode report = json(dense, "--experts=7", "--encoder-experts=3");

    for (JsonNode layer : report.path("layers")) {
      assertThat(names(layer))
          .doesNotContain("trained gate")
          .contains("oracle by mass", "representative neurons");
    }
    assertThat(report.path("layers").path(2).path("routers"))
        .hasSize(json(cut).path("layers").path(2).path("routers").size() - 1);
  }

  @Test
  void shouldRefuseWhatCannotBeDone() {
    assertThat(run(dense, "--experts=6")).isEqualTo(1);
    assertThat(run(dense, "--limit=1")).isEqualTo(2);
    assertThat(run(dense, "--source=" + text)).isEqualTo(2);
    assertThat(run(dense, "--to=en")).isEqualTo(2);
    assertThat(run(folder.resolve("missing"))).isEqualTo(1);
    assertThat(err.toString())
        .contains("equal experts", "--limit", "as often", "--from, --to", "missing");
    assertThat(out.toString()).isEmpty();
  }

  private static List<String> names(JsonNode layer) {
    return new ArrayList<>(points(layer).keySet());
  }

  private static Map<String, JsonNode> points(JsonNode layer) {
    Map<String, JsonNode> routers = new HashMap<>();
    layer
        .path("routers")
        .forEach(each -> routers.put(each.path("router").asText(), each.path("points")));
    return routers;
  }

  private static double at(Map<String, JsonNode> routers, String name, int point, String value) {
    return routers.get(name).path(point).path(value).asDouble();
  }

  private JsonNode json(Path model, String... options) throws IOException {
    Path file = folder.resolve("routers.json");
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--json=" + file);
    assertThat(run(model, all.toArray(new String[0]))).as(err.toString()).isZero();
    return new ObjectMapper().readTree(file.toFile());
  }

  private int run(Path model, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "model", "routers", "--model=" + model, "--source=" + text, "--target=" + text));
    if (List.of(options).stream().noneMatch(option -> option.startsWith("--limit"))) {
      words.add("--limit=12");
    }
    words.addAll(List.of(options));
    return Main.run(
        Map.of(),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        words.toArray(new String[0]));
  }
}
