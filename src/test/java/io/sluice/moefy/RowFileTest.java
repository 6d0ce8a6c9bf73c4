package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RowFileTest {
  @Test
  void shouldReadWhatWasWrittenInAnyOrder() {
    int width = 300;
    int count = 5000; // more than the buffer holds
    try (RowFile rows = new RowFile(width)) {
      float[] row = new float[width];
      for (int i = 0; i < count; i++) {
        Arrays.fill(row, i);
        rows.append(row);
      }

      float[] read = new float[width + 2];
      for (int i : new int[] {count - 1, 0, 2500, 1, count - 2}) {
        rows.read(i, read, 1);
        assertThat(read[0]).isZero();
        assertThat(read[1]).isEqualTo(i);
        assertThat(read[width]).isEqualTo(i);
        assertThat(read[width + 1]).isZero();
      }
      assertThat(rows.rows()).isEqualTo(count);
    }
  }
}
