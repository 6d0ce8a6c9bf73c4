package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {

  @Test
  void shouldReadThePeakInMebibytes() {
    assertThat(
            PeakMemory.parse(
                Stream.of("VmPeak:\t 4149724 kB", "VmHWM:\t  439012 kB", "VmRSS:\t 100 kB")))
        .hasValue(428);
  }

  @Test
  void shouldSayNothingWhereTheSystemDoesNot() {
    assertThat(PeakMemory.parse(Stream.of("Name:\tjava"))).isEmpty();
  }
}
