package io.sluice.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumableRunTest {
  @TempDir private Path folder;
  private final List<String> done = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  @Test
  void shouldGoOnAfterTheLastThatWasDoneWhenItWasCutOff() {
    assertThatThrownBy(() -> run(false, experiment("a"), failing("b"), experiment("c")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cut off");
    assertThat(done).containsExactly("a");
    said.clear();

    run(false, experiment("a"), experiment("b"), experiment("c"));

    assertThat(done).containsExactly("a", "b", "c");
    assertThat(said)
        .containsExactly(
            "1 of 3 experiments were done before; --fresh does them anew",
            "experiment b; 2 left",
            "experiment c; 1 left");
    assertThat(files().read("b").path("found").asText()).isEqualTo("b");
  }

  @Test
  void shouldLeaveNoFileWhenAnExperimentFails() {
    assertThatThrownBy(() -> run(false, failing("b"))).isInstanceOf(IllegalStateException.class);

    assertThat(folder.toFile().list()).isEmpty();
    assertThat(files().has("b")).isFalse();
    assertThat(files().read("b").isMissingNode()).isTrue();
  }

  @Test
  void shouldDoAllAgainWhenFresh() {
    run(false, experiment("a"), experiment("b"));

    run(true, experiment("a"), experiment("b"));

    assertThat(done).containsExactly("a", "b", "a", "b");
  }

  private void run(boolean fresh, Experiment... experiments) {
    new ResumableRun(files(), fresh, said::add).run(Stream.of(experiments).toList());
  }

  private ResultFiles files() {
    return new ResultFiles(folder);
  }

  private Experiment experiment(String name) {
    return new Experiment(
        name,
        "experiment " + name,
        () -> {
          done.add(name);
          ObjectNode found = JsonNodeFactory.instance.objectNode();
          return found.put("found", name);
        });
  }

  private static Experiment failing(String name) {
    return new Experiment(
        name,
        "experiment " + name,
        () -> {
          throw new IllegalStateException("cut off");
        });
  }
}
