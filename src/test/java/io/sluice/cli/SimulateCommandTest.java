package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private int run(String... args) {
    return Main.run(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void shouldPrintOneObjectAndWriteTheRun() throws Exception {
    Path csv = folder.resolve("run.csv");
    Path plot = folder.resolve("run.png");

    int status =
        run(
            "simulate",
            "--trace",
            "spike",
            "--law",
            "model",
            "--json",
            "--csv",
            csv.toString(),
            "--plot",
            plot.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.fieldNames())
        .toIterable()
        .startsWith(
            "trace",
            "law",
            "records",
            "p50Millis",
            "p99Millis",
            "meanExpertShare",
            "meanQualityLoss",
            "degradedShare",
            "levelChangesPerMinute",
            "recoverySeconds");
    assertThat(json.path("times").asText()).isEqualTo(ControlFiles.timesOrigin(null)).isNotBlank();
    assertThat(json.path("ladder").asText()).isNotBlank().isNotEqualTo("unknown");
    assertThat(json.path("degradedShare").asDouble()).isPositive();
    assertThat(Files.readAllLines(csv)).hasSizeGreaterThan(90);
    assertThat(plot).isNotEmptyFile();
  }

  @Test
  void shouldReadATraceFromAFile() throws Exception {
    Path file = folder.resolve("trace.csv");
    Files.writeString(file, "seconds,rate\n0,50\n10,100\n20,0\n");

    assertThat(run("simulate", "--trace", file.toString(), "--law", "fixed", "--json")).isZero();

    double records = new ObjectMapper().readTree(out.toString()).path("records").asDouble();
    assertThat(records).isBetween(1300.0, 1700.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--trace nonsense",
        "--trace step --law nonsense",
        "--trace step --law fixed:0",
        "--trace step --ladder some",
        "--trace step --load 0",
        "--trace step --min-experts 33",
        "--trace step --instances 4 --partitions 2",
        "--law model"
      })
  void shouldRefuseWhatMakesNoSense(String options) {
    assertThat(run(("simulate " + options).split(" "))).isEqualTo(2);

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).startsWith("sluice: ");
  }
}
