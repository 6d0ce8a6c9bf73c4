package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.domain.BudgetCause;
import io.sluice.domain.Decoding;
import io.sluice.domain.ModelIdentity;
import io.sluice.domain.Outcome;
import io.sluice.domain.Quality;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Translation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradePolicyTest {
  private static Translation translation(int experts, double score, BudgetCause cause) {
    return new Translation(
        "text",
        Outcome.TRANSLATED,
        new Quality(score, 0, 0, 0, 0, 1, 0, "test"),
        new Routing(RoutingMode.TOKEN, List.of(experts), 4, List.of(4), 4, cause, 0),
        new Decoding(1, false, "float32", "cpu/test"),
        new ModelIdentity("m", "1", "00"),
        Set.of());
  }

  @Test
  void shouldOweEveryDegradedResultWhateverMadeItSo() {
    UpgradePolicy on = UpgradePolicy.parse("on");

    assertThat(on.owes(translation(2, 1, BudgetCause.LAG))).isTrue();
    assertThat(on.owes(translation(2, 1, BudgetCause.MANUAL))).isTrue();
    assertThat(on.owes(translation(4, 0.1, BudgetCause.FULL))).isFalse();
  }

  @Test
  void shouldOweOnlyWhatIsBelowTheScore() {
    UpgradePolicy below = UpgradePolicy.parse("below=0.9");

    assertThat(below.owes(translation(2, 0.89, BudgetCause.LAG))).isTrue();
    assertThat(below.owes(translation(2, 0.9, BudgetCause.LAG))).isFalse();
  }

  @Test
  void shouldOweNothingWhenItIsOff() {
    assertThat(UpgradePolicy.parse("off").enabled()).isFalse();
    assertThat(UpgradePolicy.OFF.owes(translation(1, 0, BudgetCause.LAG))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "below", "below=", "below=x", "below=0", "below=1.1", "below=NaN"})
  void shouldRefuseWhatMakesNoSense(String text) {
    assertThatThrownBy(() -> UpgradePolicy.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("below=SCORE");
  }

  @Test
  void shouldNameTopicsAfterTheRequestsTopic() {
    assertThat(TopicNames.DEFAULT)
        .isEqualTo(
            new TopicNames(
                "translation.requests.v1",
                "translation.results.v1",
                "translation.requests.v1.dlq",
                "translation.upgrades.v1",
                "translation.revisions.v1",
                "translation.control.v1"));
    assertThat(new TopicNames("in", "out", "dlq").upgrades()).isEqualTo("in.upgrades");
  }
}
