package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MeterTableTest {
  @Test
  void shouldBeInTheReadmeAsItIs() throws Exception {
    String readme = Files.readString(Path.of("README.md"));

    assertThat(MeterTable.insertedInto(readme).equals(readme))
        .as("java -cp target/classes io.sluice.metrics.MeterTable README.md writes it")
        .isTrue();
  }

  @Test
  void shouldHaveOneRowForEachMeter() {
    assertThat(MeterTable.markdown().lines()).hasSize(SluiceMeter.values().length + 2);
    assertThat(MeterTable.markdown())
        .contains("| `sluice_backlog_seconds` | gauge | seconds | `quality`: full, minimum |");
  }

  @Test
  void shouldRefuseADocumentWithoutAPlaceForIt() {
    assertThatThrownBy(() -> MeterTable.insertedInto("# Nothing\n"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
