package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.TimeTable;
import io.sluice.control.ladder.TimesFile;
import io.sluice.peers.PeerProvider;
import io.sluice.tensor.dnnl.DnnlLibrary;
import io.sluice.testing.ExpertBundles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on a small random model: what it measures means nothing, but everything is there. */
class ITModelBench {
  private static final ExpertBundles.Sizes SIZES =
      new ExpertBundles.Sizes(16, 2, 1, 1, 64, 64, 8259);
  private static final ExpertBundles.Cut CUT =
      new ExpertBundles.Cut(8, 8, 0, List.of(1, 2, 4), 5, 2);

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeModel() throws IOException {
    ExpertBundles.random(Files.createDirectory(folder.resolve("model")), SIZES, CUT, 3);
  }

  @Test
  void shouldSplitTheTimeAndKeepTheTableOfTimes() throws IOException {
    Path table = folder.resolve("deep/times.json");

    assertThat(bench("--output=" + table, "--json")).as(err.toString()).isZero();

    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("rateGigaMultiplyAddsPerSecond").asDouble()).isPositive();
    assertThat(json.path("rows")).hasSize(6); // two batch sizes; all, half by token and static
    for (JsonNode row : json.path("rows")) {
      double parts = 0;
      for (String half : List.of("encoder", "decoder")) {
        for (JsonNode part : row.path(half)) {
          parts += part.path("microsPerStep").asDouble();
        }
      }
      double whole = row.path("microsPerStep").asDouble();
      assertThat(parts).isCloseTo(whole, within(0.05 * whole + 1));
      assertThat(row.at("/decoder/outputProjection/multiplyAddsPerStep").asLong()).isPositive();
      boolean routed = row.path("routing").asText().equals("token");
      assertThat(row.at("/decoder/router").isMissingNode()).isEqualTo(!routed);
    }
    assertThat(json.path("loadSeconds").asDouble()).isPositive();
    TimeTable times = TimesFile.read(new ObjectMapper().readTree(table.toFile()));
    assertThat(times.decoder()).hasSize(3);
    assertThat(times.encoder()).hasSize(1);
    assertThat(err.toString()).contains("wrote " + table);
  }

  @Test
  void shouldPrintTablesForPeople() {
    assertThat(bench("--output=" + folder.resolve("times.json"))).as(err.toString()).isZero();

    assertThat(out.toString())
        .contains("cross", "overhead", "4/8", "static", "GFLOP/s", "median error");
  }

  @Test
  void shouldSayWhatIsMissingForPeers() {
    assertThat(bench("--peers", "--onnx=" + folder.resolve("none"))).isEqualTo(1);

    assertThat(err.toString())
        .contains(
            PeerProvider.find(PeerProvider.Format.ONNX).isEmpty()
                ? "mvn -Dpeers -DskipTests package"
                : "there is no folder");
  }

  @Test
  void shouldRefuseAPeerWhereNoneRace() {
    assertThat(bench("--torchscript=" + folder)).isEqualTo(2);

    assertThat(err.toString()).contains("--torchscript needs --peers");
  }

  @Test
  void shouldCompareSettingsInTurns() throws IOException {
    Path data = folder.resolve("data");
    writeCorpus(data.resolve("multi30k"), "test_2016_flickr");
    writeCorpus(data.resolve("tatoeba"), "test");

    assertThat(bench("--compare=experts", "--data=" + data, "--order=sorted", "--json"))
        .as(err.toString())
        .isZero();

    JsonNode rows = new ObjectMapper().readTree(out.toString()).path("rows");
    assertThat(rows).hasSize(12); // two batch sizes, two corpora; all, half by token and static
    for (int i = 0; i < rows.size(); i += 3) {
      assertThat(rows.get(i).path("engine").asText()).isEqualTo("all experts");
      assertThat(rows.get(i).path("ratio").asDouble()).isEqualTo(1);
      assertThat(rows.get(i).path("identicalShare").asDouble()).isEqualTo(1);
      assertThat(rows.get(i + 1).path("engine").asText()).isEqualTo("token, 4/8, encoder 8/8");
      assertThat(rows.get(i + 1).path("ratio").asDouble()).isPositive();
      assertThat(rows.get(i + 2).path("engine").asText()).isEqualTo("static, 4/8, encoder 8/8");
    }
  }

  @Test
  void shouldCompareOneWorkerWithTwo() throws IOException {
    Path data = folder.resolve("data");
    writeCorpus(data.resolve("multi30k"), "test_2016_flickr");
    writeCorpus(data.resolve("tatoeba"), "test");

    assertThat(bench("--compare=workers", "--data=" + data, "--json")).as(err.toString()).isZero();

    JsonNode rows = new ObjectMapper().readTree(out.toString()).path("rows");
    assertThat(rows).hasSize(12); // both orders where a batch has several rows
    for (int i = 0; i < rows.size(); i += 2) {
      assertThat(rows.get(i).path("threads").asInt()).isEqualTo(1);
      assertThat(rows.get(i + 1).path("threads").asInt()).isEqualTo(2);
      assertThat(rows.get(i + 1).path("identicalShare").asDouble()).isEqualTo(1);
    }
  }

  @Test
  void shouldCompareFloat32WithInt8() throws IOException {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");

    JsonNode rows = bundled("--compare=precision");

    assertThat(rows).hasSize(4); // two corpora
    for (int i = 0; i < rows.size(); i += 2) {
      assertThat(rows.get(i).path("engine").asText()).startsWith("float32");
      assertThat(rows.get(i).path("ratio").asDouble()).isEqualTo(1);
      assertThat(rows.get(i + 1).path("engine").asText()).startsWith("int8");
    }
  }

  @Test
  void shouldCompareTheWholeVocabularyWithTheShortlist() throws IOException {
    JsonNode rows = bundled("--compare=shortlist", "--precision=float32");

    assertThat(rows).hasSize(4);
    for (int i = 0; i < rows.size(); i += 2) {
      assertThat(rows.get(i).path("engine").asText()).isEqualTo("float32, full vocabulary");
      assertThat(rows.get(i + 1).path("engine").asText()).isEqualTo("float32, shortlist");
      assertThat(rows.get(i + 1).path("identicalShare").asDouble()).isEqualTo(1);
    }
  }

  /** Rows of a comparison on the bundled model, which has ranges and a shortlist. */
  private JsonNode bundled(String... more) throws IOException {
    Path data = folder.resolve("data");
    writeCorpus(data.resolve("multi30k"), "test_2016_flickr");
    writeCorpus(data.resolve("tatoeba"), "test");
    Stream<String> words =
        Stream.of("model", "bench", "--data=" + data, "--batches=1", "--repeat=1", "--json");
    int status =
        Main.run(
            Map.of(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    assertThat(status).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString()).path("rows");
  }

  @Test
  void shouldRefuseToCompareWhatABatchShares() throws IOException {
    Path data = folder.resolve("data");
    writeCorpus(data.resolve("multi30k"), "test_2016_flickr");
    writeCorpus(data.resolve("tatoeba"), "test");

    assertThat(bench("--compare=experts", "--data=" + data, "--routing=batch")).isEqualTo(2);

    assertThat(err.toString()).contains("--routing batch is left out");
  }

  private static void writeCorpus(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    for (String language : List.of("en", "de")) {
      try (OutputStream file =
          new GZIPOutputStream(
              Files.newOutputStream(folder.resolve(name + "." + language + ".gz")))) {
        file.write("One two three.\nA man.\nGood.\n".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void shouldRefuseNumbersBelowOne() {
    assertThat(bench("--repeat=0")).isEqualTo(2);
  }

  private int bench(String... more) {
    Stream<String> words =
        Stream.of(
            "model",
            "bench",
            "--model=" + folder.resolve("model"),
            "--batches=1,3",
            "--experts=all,4",
            "--encoder-experts=all",
            "--routing=token,static",
            "--sentences=6");
    return Main.run(
        Map.of(),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Stream.concat(
                Stream.of(more).anyMatch(word -> word.startsWith("--repeat"))
                    ? words
                    : Stream.concat(words, Stream.of("--repeat=1")),
                Stream.of(more))
            .toArray(String[]::new));
  }
}
