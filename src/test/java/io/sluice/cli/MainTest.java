package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TestFactory
  Stream<DynamicTest> shouldShowAnExampleInTheHelpOfEveryCommand() {
    return Main.commandLine().getSubcommands().entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(), () -> assertExample(each.getKey(), each.getValue())));
  }

  private void assertExample(String name, CommandLine command) {
    assertThat(run(Map.of(), name, "--help")).isZero();
    assertThat(command.getUsageMessage()).contains("Example:").contains("./sluice " + name);
  }

  @Test
  void shouldNameAllErrorsAtOnceWhenThereAreSeveral() {
    int status = run(Map.of(), "consume", "--max", "x", "--timeout", "soon");

    assertThat(status).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--max", "'soon' is not a duration", "--bootstrap-server", "--schema-registry-url");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldTakeValuesFromEnvironmentWhenOptionsAreMissing() {
    int status =
        run(
            Map.of(
                "SLUICE_BOOTSTRAP_SERVER", "127.0.0.1:1",
                "SLUICE_SCHEMA_REGISTRY_URL", "http://127.0.0.1:1",
                "SLUICE_MAX", "0"),
            "consume");

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("--max must be at least 1");
  }

  @Test
  void shouldPreferOptionOverEnvironmentOverFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("sluice.properties");
    Files.writeString(file, "timeout=from-file\nmax=1\nbootstrap-server=h:1\n");

    run(Map.of("SLUICE_TIMEOUT", "from-environment"), "consume", "--config", file.toString());
    run(Map.of(), "consume", "--config=" + file, "--max", "from-option");

    assertThat(err.toString())
        .contains("'from-option'", "'from-environment'", "--schema-registry-url")
        .doesNotContain("'from-file' is not a duration", "--bootstrap-server");
  }

  @Test
  void shouldNameUnknownSettingsWhenTheFileHasSome(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("sluice.properties");
    Files.writeString(file, "bootstrap-sever=h:1\n");

    int status = run(Map.of(), "doctor", "--config=" + file);

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown setting", "bootstrap-sever");
  }

  @Test
  void shouldReturnTwoWhenTheFileIsMissing() {
    assertThat(run(Map.of(), "doctor", "--config", "/does/not/exist")).isEqualTo(2);
    assertThat(err.toString()).contains("cannot read the configuration file");
  }

  @Test
  void shouldReturnTwoWhenNoCommandIsGiven() {
    assertThat(run(Map.of())).isEqualTo(2);
    assertThat(err.toString()).contains("Missing command");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNKNOWN --help", "UNKNOWN", "model UNKNOWN -h", "UNKNOWN demo --help"})
  void shouldNameTheUnknownCommandWhenThereIsOne(String words) {
    assertThat(run(Map.of(), words.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown command: 'UNKNOWN'");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldPrintOneLineWithoutStackTraceWhenAFailureIsExpected() {
    int status =
        run(
            Map.of(),
            "produce",
            "--bootstrap-server=127.0.0.1:1",
            "--schema-registry-url=http://127.0.0.1:1",
            "--from=en",
            "--to=en");

    assertThat(status).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1).first().asString().startsWith("sluice: --from");
  }

  @Test
  void shouldPrintAStackTraceWhenAskedTo() {
    run(
        Map.of("SLUICE_DEBUG", "1"),
        "produce",
        "--bootstrap-server=127.0.0.1:1",
        "--schema-registry-url=http://127.0.0.1:1",
        "--from=en",
        "--to=en");

    assertThat(err.toString()).contains("\tat io.sluice.");
  }

  private int run(Map<String, String> environment, String... args) {
    return Main.run(environment, new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
