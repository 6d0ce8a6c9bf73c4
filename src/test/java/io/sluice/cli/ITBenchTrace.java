package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.simulation.MeasuredService;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short traces against the real application and model. */
class ITBenchTrace {
  private static final List<String> CONTRACT =
      List.of(
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

  private record Outcome(int status, List<JsonNode> rows, String err) {}

  private static Outcome bench(String... options) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("bench", "--json", "--warm-up=1"));
    arguments.addAll(List.of(options));
    int status =
        Main.run(
            Map.of(), new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    List<JsonNode> rows = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return new Outcome(status, rows, err.toString());
  }

  @Test
  void shouldGiveEachLawTheSameRecordsAndReadWhatTheyCameToFromTheTopics(@TempDir Path folder)
      throws Exception {
    Path csv = folder.resolve("seconds.csv");
    Outcome outcome =
        bench(
            "--trace=step",
            "--seconds=5",
            "--capacity=40",
            "--law=fixed:8,fixed,model",
            "--csv=" + csv);

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.rows())
        .extracting(row -> row.path("law").asText())
        .containsExactly("fixed:8", "fixed", "model");
    int records = outcome.rows().get(0).path("records").asInt();
    assertThat(records).isBetween(90, 250); // 3 s at 1.2 times 40, 2 s at half of 40
    for (JsonNode row : outcome.rows()) {
      CONTRACT.forEach(field -> assertThat(row.has(field)).as(field).isTrue());
      assertThat(row.path("records").asInt()).isEqualTo(records);
      assertThat(row.path("p99Millis").asDouble()).isGreaterThan(row.path("p50Millis").asDouble());
      assertThat(row.path("capacityRecordsPerSecond").asDouble()).isEqualTo(40);
    }
    assertThat(Files.readAllLines(csv).get(0)).startsWith("law,round,run,second,arrivals,");
    assertThat(Files.readString(csv)).contains("\nmodel,1,simulated,0,");
    for (String run : List.of("fixed:8,1,real,", "model,1,real,")) {
      assertThat(
              Files.readAllLines(csv).stream()
                  .filter(line -> line.startsWith(run))
                  .mapToInt(line -> Integer.parseInt(line.split(",")[4]))
                  .sum())
          .as("arrivals of %s", run)
          .isEqualTo(records);
    }
    JsonNode low = outcome.rows().get(0);
    assertThat(low.path("degradedShare").asDouble()).isEqualTo(1);
    assertThat(low.path("meanExpertShare").asDouble()).isLessThan(1);
    assertThat(low.path("meanQualityLoss").asDouble()).isPositive();
    assertThat(low.path("meanExpectedLoss").asDouble()).isBetween(0.01, 0.9);
    assertThat(low.path("recordsByCause").path("MANUAL").asInt()).isEqualTo(records);
    JsonNode full = outcome.rows().get(1);
    assertThat(full.path("degradedShare").asDouble()).isZero();
    assertThat(full.path("meanExpectedLoss").asDouble()).isZero();
    assertThat(full.path("recordsByCause").path("FULL").asInt()).isEqualTo(records);
  }

  @Test
  void shouldMeasureWhatCountsAsOneBeforeATrace() throws Exception {
    Outcome outcome = bench("--trace=step", "--seconds=4", "--records=200", "--law=fixed");

    assertThat(outcome.status()).as(outcome.err()).isZero();
    JsonNode row = outcome.rows().get(0);
    MeasuredService measured = MeasuredService.read(row);
    assertThat(row.path("capacityRecordsPerSecond").asDouble())
        .isCloseTo(measured.recordsPerSecond(), within(0.1));
    assertThat(measured.meanSourceTokens()).isBetween(3.0, 60.0);
    // 2.4 s at 1.2 and 1.6 s at half of what was seen right before the run
    assertThat(row.path("capacities")).hasSize(1);
    int capacity = row.path("capacities").get(0).asInt();
    assertThat(row.path("records").asInt()).isBetween(capacity * 3, capacity * 5);
    assertThat(row.path("slowness")).hasSize(1);
    assertThat(row.path("slowness").get(0).asDouble()).isBetween(0.1, 10.0);
    assertThat(row.path("realOverSimulated").path("p99Millis").asDouble()).isPositive();
  }

  @Test
  void shouldRefuseWhatCannotBeRun() throws Exception {
    assertThat(bench("--trace=stuck").err()).contains("simulated only");
    assertThat(bench("--trace=nothing").status()).isEqualTo(2);
    assertThat(bench("--trace=step", "--law=model,none").status()).isEqualTo(2);
    assertThat(bench("--trace=step", "--experts=8").status()).isEqualTo(2);
    assertThat(bench("--trace=steady", "--law=model").status()).isEqualTo(2);
    assertThat(bench("--trace=burst", "--csv=seconds.csv").status()).isEqualTo(2);
  }
}
