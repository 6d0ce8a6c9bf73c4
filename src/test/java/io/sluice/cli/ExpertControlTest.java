package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpertControlTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--experts 16 --law model",
        "--encoder-experts 8 --min-experts 4",
        "--routing static",
        "--law nonsense",
        "--law fixed:0",
        "--min-experts 33",
        "--ladder some"
      })
  void shouldRefuseWhatContradictsItself(String options) {
    assertThatThrownBy(() -> ITLagControl.Asked.control(options.split(" ")))
        .isInstanceOfSatisfying(
            ExitException.class, refusal -> assertThat(refusal.status()).isEqualTo(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--law fixed", "--experts 16 --law fixed", "--max-experts 16", "--law aimd"})
  void shouldTakeWhatMakesSense(String options) {
    assertThat(ITLagControl.Asked.control(options.isEmpty() ? new String[0] : options.split(" ")))
        .isNotNull();
  }

  @Test
  void shouldRefuseTheLadderOfAnotherModel() throws Exception {
    Path ladder = folder.resolve("ladder.json");
    Files.writeString(
        ladder,
        """
        {"format": 1, "decoderExperts": 8, "encoderExperts": 8,
         "levels": [{"decoder": [8], "encoder": [8], "routing": "dense", "beam": 1,
                     "shortlist": false, "cost": 1, "bleuLoss": 0, "differs": 0, "distance": 0,
                     "crossEntropyChange": 0}]}
        """);

    assertThatThrownBy(() -> ITLagControl.Asked.control("--ladder-file", ladder.toString()))
        .hasMessageContaining("another model");
  }
}
