package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.shortlist.Shortlist;
import io.sluice.shortlist.ShortlistFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelShortlistCommandTest {
  private static final int BUNDLED_VOCABULARY = 8259;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeText() throws IOException {
    Path corpus = Files.createDirectories(folder.resolve("data/corpus"));
    write(corpus.resolve("train.en.gz"), "A dog.\nA cat.\nThe dog sleeps.\n");
    write(corpus.resolve("train.de.gz"), "Ein Hund.\nEine Katze.\nDer Hund schläft.\n");
  }

  @Test
  void shouldWriteTheSameListForTheSameText() throws IOException {
    for (String name : new String[] {"one.bin", "two.bin"}) {
      assertThat(
              run(
                  "model",
                  "shortlist",
                  "--data",
                  folder.resolve("data").toString(),
                  "--output",
                  folder.resolve(name).toString(),
                  "--likely",
                  "3",
                  "--frequent",
                  "4"))
          .as(err.toString())
          .isZero();
    }
    assertThat(folder.resolve("one.bin")).hasSameBinaryContentAs(folder.resolve("two.bin"));
    try (InputStream in = Files.newInputStream(folder.resolve("one.bin"))) {
      Shortlist list = ShortlistFile.read(in);
      assertThat(list.vocabulary()).isEqualTo(BUNDLED_VOCABULARY);
      assertThat(list.meanLikely()).isBetween(1.0, 3.0);
    }
    assertThat(err.toString()).contains("wrote");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrong() {
    assertThat(run("model", "shortlist", "--data", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("has no corpora");
    assertThat(run("model", "shortlist", "--data", folder.toString(), "--likely", "0"))
        .isEqualTo(2);
    assertThat(run("model", "random", "--out", folder.toString(), "--like", "x")).isEqualTo(2);
    assertThat(run("model", "random", "--out", folder.toString(), "--heads", "7")).isEqualTo(2);
  }

  private int run(String... args) {
    return Main.run(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private static void write(Path file, String text) throws IOException {
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
