package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.ModelBudgets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchSettingsTest {
  private static final ModelBudgets MODEL = new ModelBudgets(3, 5, 32, 16);

  @Test
  void shouldTakeAllHalfAndAQuarterWhenNothingIsSaidAndHalfTheEncoder() {
    List<ExpertBudget> budgets =
        BenchSettings.budgets(List.of(), List.of(), List.of("token"), MODEL);

    assertThat(budgets).hasSize(6);
    assertThat(budgets.get(0)).isEqualTo(ExpertBudget.all());
    assertThat(budgets.get(1).decoderExperts()).containsExactly(16, 16, 16);
    assertThat(budgets.get(2).decoderExperts()).containsExactly(8, 8, 8);
    assertThat(budgets.get(2).encoderExperts()).containsOnly(16);
    assertThat(budgets.get(3).encoderExperts()).containsOnly(8);
  }

  @Test
  void shouldCombineEverythingAndTakeTheWholeModelOnce() {
    List<ExpertBudget> budgets =
        BenchSettings.budgets(
            List.of("all", "8"), List.of("all", "4"), List.of("token", "static"), MODEL);

    assertThat(budgets).doesNotHaveDuplicates().hasSize(7);
    assertThat(budgets).extracting(ExpertBudget::mode).contains(RoutingMode.STATIC);
  }

  @Test
  void shouldRunADenseModelWhole() {
    assertThat(
            BenchSettings.budgets(
                List.of(), List.of(), List.of("token"), new ModelBudgets(3, 5, 1, 1)))
        .containsExactly(ExpertBudget.all());
  }

  @Test
  void shouldRefuseWhatTheModelCannotDo() {
    assertThatThrownBy(
            () -> BenchSettings.budgets(List.of("33"), List.of(), List.of("token"), MODEL))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("there are 32");
    assertThatThrownBy(
            () -> BenchSettings.budgets(List.of("all"), List.of(), List.of("dice"), MODEL))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("--routing");
  }

  @Test
  void shouldKeepCachesWhereTheUserSays() {
    assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "/caches"))).isEqualTo(Path.of("/caches"));
    assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "relative")))
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache"));
    assertThat(CacheFolder.of(Map.of()))
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache"));
  }

  @Test
  void shouldDrawABarAsFullAsTheWorkIsDone() {
    assertThat(ProgressBar.bar(1, 4)).isEqualTo("[" + "#".repeat(10) + ".".repeat(30) + "] 1 of 4");
  }
}
