package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutputLengthsTest {

  @Test
  void shouldTakeTheLengthOfEachColumn() {
    float[] matrix = {
      3, 0, 1,
      4, 2, 0
    };

    assertThat(OutputLengths.ofColumns(matrix, 3)).containsExactly(5, 2, 1);
  }
}
