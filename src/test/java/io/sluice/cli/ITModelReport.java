package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.ExpertBundles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All experiments on a small random model: what they find means nothing, but a page comes out. */
class ITModelReport {
  private static final ExpertBundles.Sizes SIZES =
      new ExpertBundles.Sizes(16, 2, 1, 1, 64, 64, 8259);
  private static final ExpertBundles.Cut CUT =
      new ExpertBundles.Cut(8, 8, 0, List.of(1, 2, 4), 5, 2);

  private static final List<String> ARGUMENTS =
      List.of("model", "report", "--limit=3", "--fit-tokens=300", "--experts=8", "--rounds=1");

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeModelsAndData() throws IOException {
    Path cut = Files.createDirectory(folder.resolve("cut"));
    ExpertBundles.random(cut, SIZES, CUT, 3);
    ExpertBundles.dense(cut, Files.createDirectory(folder.resolve("dense")));
    for (String name : List.of("multi30k", "tatoeba", "software")) {
      Path corpus = Files.createDirectories(folder.resolve("data/" + name));
      String test = name.equals("multi30k") ? "test_2016_flickr" : "test";
      for (String part : List.of("train", test)) {
        for (String language : List.of("en", "de")) {
          pack(corpus.resolve(part + "." + language + ".gz"));
        }
      }
    }
  }

  @Test
  void shouldWriteThePageAndSkipWhatWasDone() throws IOException {
    assertThat(report()).as(err.toString()).isZero();

    Path page = folder.resolve("docs/results.md");
    String text = Files.readString(page);
    assertThat(text)
        .contains("# What experts do", "## Targets", "## What did not hold", "## Speed")
        .contains("Multi30k (3 sentences)", "oracle by mass")
        .doesNotContain("NaN");
    assertThat(folder.resolve("docs/results/routers.png")).isNotEmptyFile();
    assertThat(err.toString()).contains("quality of before, token-4-8; ");
    Files.delete(folder.resolve("work/ten-sentences.json"));
    Files.delete(page);
    err.getBuffer().setLength(0);

    assertThat(report()).as(err.toString()).isZero();

    assertThat(err.toString().lines().toList())
        .anyMatch(line -> line.matches("(\\d+) of \\d+ experiments were done before; .*"))
        .contains("ten sentences; 1 left")
        .noneMatch(line -> line.contains("; 2 left"));
    assertThat(page).isNotEmptyFile();

    assertThat(report("--seed=2")).isEqualTo(2);
    assertThat(err.toString()).contains("holds results of another run");
  }

  private int report(String... more) {
    List<String> words = new ArrayList<>(ARGUMENTS);
    words.add("--data=" + folder.resolve("data"));
    words.add("--dense=" + folder.resolve("dense"));
    words.add("--model=" + folder.resolve("cut"));
    words.add("--work=" + folder.resolve("work"));
    words.add("--out=" + folder.resolve("docs/results.md"));
    words.addAll(List.of(more));
    return Main.run(
        Map.of(),
        new PrintWriter(new StringWriter(), true),
        new PrintWriter(err, true),
        words.toArray(new String[0]));
  }

  /** Any text will do, even as its own translation. */
  private void pack(Path file) throws IOException {
    try (InputStream demo = getClass().getResourceAsStream("/demo/sentences.en.txt");
        OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      demo.transferTo(out);
    }
  }
}
