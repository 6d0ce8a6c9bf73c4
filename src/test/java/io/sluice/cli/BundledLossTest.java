package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.ladder.LadderFile;
import io.sluice.quality.ExpectedLoss;
import io.sluice.quality.ExpectedLossFile;
import org.junit.jupiter.api.Test;

/** Whoever makes a new ladder fits the losses of its levels too: model expected-loss. */
class BundledLossTest {
  @Test
  void shouldHaveTheLevelsOfTheLadder() {
    ModelBundle bundle = ModelBundle.bundled();
    ServiceLadder ladder = LadderFile.read(bundle.json(LadderFile.NAME)).expertsOnly();

    ExpectedLoss loss = ExpectedLossFile.read(bundle.json(ExpectedLossFile.NAME));

    assertThat(loss.levels()).hasSize(ladder.lowest());
    for (ExpectedLoss.Level level : loss.levels()) {
      ServiceLevel own = ladder.level(1 + loss.levels().indexOf(level));
      assertThat(level.decoderExperts()).isEqualTo(own.decoderExperts());
      assertThat(level.encoderExperts()).isEqualTo(own.encoderExperts());
      assertThat(level.mode()).isEqualTo(own.mode());
      assertThat(level.fit().bound()).isPositive();
    }
  }
}
