package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
  void shouldGiveEachLawTheSameRecordsAndReadWhatTheyCameToFromTheTopics() throws Exception {
    Outcome outcome =
        bench("--trace=step", "--seconds=5", "--capacity=40", "--law=fixed:8,fixed,model");

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
  void shouldRefuseWhatCannotBeRun() throws Exception {
    assertThat(bench("--trace=stuck").err()).contains("simulated only");
    assertThat(bench("--trace=nothing").status()).isEqualTo(2);
    assertThat(bench("--trace=step", "--law=model,none").status()).isEqualTo(2);
    assertThat(bench("--trace=step", "--experts=8").status()).isEqualTo(2);
    assertThat(bench("--trace=steady", "--law=model").status()).isEqualTo(2);
  }
}
