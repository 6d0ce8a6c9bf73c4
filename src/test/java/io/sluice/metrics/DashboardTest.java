package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What dashboard, alerts and autoscaler ask for is what there is. */
class DashboardTest {
  private static final Path DASHBOARD = Path.of("docker/grafana/dashboards/sluice.json");
  private static final Path ALERTS = Path.of("docker/prometheus/alerts.yml");
  private static final Path SCALED_OBJECT = Path.of("docker/keda/scaled-object.yaml");
  private static final Pattern METER =
      Pattern.compile("(\\w+\\()?(sluice_[a-z_]+)(?:\\{([^}]*)\\})?(\\[)?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*[=!]~?\\s*\"([^\"]*)\"");
  private static final Pattern GROUPED = Pattern.compile("\\bby\\s*\\(([^)]*)\\)");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)\\}\\}");
  private static final Set<String> ADDED_BY_PROMETHEUS = Set.of("instance", "le");

  static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    collect(new ObjectMapper().readTree(DASHBOARD.toFile()), queries);
    collect(yaml(ALERTS), queries);
    collect(yaml(SCALED_OBJECT), queries);
    return queries;
  }

  private static JsonNode yaml(Path file) throws IOException {
    YAMLFactory factory =
        YAMLFactory.builder().enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL).build();
    return new ObjectMapper(factory).readTree(file.toFile());
  }

  private static void collect(JsonNode node, List<String> queries) {
    for (String name : List.of("expr", "query")) {
      if (node.path(name).isTextual()) {
        queries.add(node.get(name).textValue());
      }
    }
    node.forEach(child -> collect(child, queries));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void shouldAskForMetersThatThereAre(String query) {
    assertThat(mistakes(query)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(sluice_nothing)",
        "sum(sluice_records_total)",
        "rate(sluice_lag_records[5m])",
        "rate(sluice_records_total{outcome=\"translatd\"}[5m])",
        "rate(sluice_records_total{result=\"translated\"}[5m])",
        "sum by (code) (sluice_lag_records)",
        "rate(sluice_queue_seconds[5m])",
        "max(sluice_lag_records_bucket)",
        "sum(sluice_lag_records",
        "up"
      })
  void shouldSeeMistakes(String query) {
    assertThat(mistakes(query)).isNotEmpty();
  }

  @Test
  void shouldShowEveryMeterOnTheDashboard() throws IOException {
    String dashboard = Files.readString(DASHBOARD);

    assertThat(Arrays.stream(SluiceMeter.values()).map(SluiceMeter::exportedName))
        .allSatisfy(name -> assertThat(dashboard).contains(name));
  }

  @Test
  void shouldNameOnlyLabelsInLegendsThatTheQueryKeeps() throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());

    assertThat(dashboard.get("panels")).isNotEmpty();
    for (JsonNode panel : dashboard.get("panels")) {
      for (JsonNode target : panel.get("targets")) {
        String query = target.get("expr").textValue();
        Set<String> kept = new HashSet<>(grouped(query));
        kept.add("instance");
        assertThat(
                LEGEND
                    .matcher(target.get("legendFormat").textValue())
                    .results()
                    .map(result -> result.group(1)))
            .as(query)
            .isSubsetOf(kept);
      }
    }
  }

  @Test
  void shouldMountWhatIsThereOnlyWithTheProfile() throws IOException {
    JsonNode services = yaml(Path.of("docker/compose.yaml")).get("services");
    for (String name : List.of("prometheus", "grafana")) {
      JsonNode service = services.get(name);
      assertThat(service.get("profiles")).hasSize(1);
      assertThat(service.get("profiles").get(0).textValue()).isEqualTo("monitoring");
      List<String> mounted = new ArrayList<>();
      service.get("volumes").forEach(volume -> mounted.add(volume.textValue().split(":")[0]));
      assertThat(mounted.stream().filter(source -> source.startsWith("./")))
          .isNotEmpty()
          .allSatisfy(source -> assertThat(Path.of("docker", source)).isDirectory());
    }
    assertThat(services.get("sluice").has("profiles")).isFalse();
    JsonNode scrape =
        yaml(Path.of("docker/prometheus/prometheus.yml")).get("scrape_configs").get(0);
    assertThat(scrape.get("dns_sd_configs").get(0).get("port").intValue()).isEqualTo(9464);
    assertThat(Files.readString(Path.of("docker/Dockerfile"))).contains("EXPOSE 9464");
  }

  private static List<String> mistakes(String query) {
    List<String> mistakes = new ArrayList<>();
    if (query.chars().filter(c -> c == '(').count()
        != query.chars().filter(c -> c == ')').count()) {
      mistakes.add("parentheses");
    }
    List<MatchResult> uses = METER.matcher(query).results().toList();
    if (uses.isEmpty()) {
      mistakes.add("no meter");
    }
    for (MatchResult use : uses) {
      meter(use.group(2))
          .ifPresentOrElse(
              meter -> check(use, meter, query, mistakes), () -> mistakes.add(use.group(2)));
    }
    return mistakes;
  }

  private static void check(
      MatchResult use, SluiceMeter meter, String query, List<String> mistakes) {
    boolean ofCounter = meter.kind() != SluiceMeter.Kind.GAUGE;
    String function = use.group(1) == null ? "" : use.group(1);
    boolean rate = function.equals("rate(") || function.equals("increase(");
    if (rate != ofCounter || (rate && use.group(4) == null)) {
      mistakes.add(meter + " is not read as a " + meter.kind());
    }
    if (use.group(3) != null) {
      MATCHER
          .matcher(use.group(3))
          .results()
          .filter(matcher -> !has(meter, matcher.group(1), matcher.group(2)))
          .forEach(matcher -> mistakes.add(matcher.group()));
    }
    grouped(query).stream()
        .filter(
            name -> !ADDED_BY_PROMETHEUS.contains(name) && label(meter, name).findAny().isEmpty())
        .forEach(name -> mistakes.add("by " + name));
  }

  private static boolean has(SluiceMeter meter, String label, String value) {
    return label(meter, label)
        .anyMatch(each -> each.values().isEmpty() || each.values().contains(value));
  }

  private static Set<String> grouped(String query) {
    Set<String> names = new HashSet<>();
    GROUPED
        .matcher(query)
        .results()
        .forEach(result -> names.addAll(List.of(result.group(1).trim().split("\\s*,\\s*"))));
    return names;
  }

  private static Stream<Label> label(SluiceMeter meter, String name) {
    return meter.labels().stream().filter(label -> label.name().equals(name));
  }

  private static Optional<SluiceMeter> meter(String used) {
    return Arrays.stream(SluiceMeter.values())
        .filter(
            meter ->
                meter.kind() == SluiceMeter.Kind.HISTOGRAM
                    ? Stream.of("_bucket", "_sum", "_count")
                        .anyMatch(suffix -> used.equals(meter.exportedName() + suffix))
                    : used.equals(meter.exportedName()))
        .findFirst();
  }
}
