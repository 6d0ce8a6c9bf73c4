package io.sluice.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
  @Test
  void shouldDrawOverWhatItDrewBefore() {
    StringWriter text = new StringWriter();
    Screen screen = new Screen(new PrintWriter(text));

    screen.draw(List.of("one", "two"));
    assertThat(text.toString()).doesNotContain("\u001b[2A").contains("one\n", "two\n");

    text.getBuffer().setLength(0);
    screen.draw(List.of("three"));
    assertThat(text.toString()).startsWith("\u001b[?7l\u001b[2A").contains("three\n\u001b[J");

    text.getBuffer().setLength(0);
    screen.draw(List.of("four"));
    assertThat(text.toString()).startsWith("\u001b[?7l\u001b[1A").endsWith("\u001b[?7h");
  }

  @Test
  void shouldDrawBarsFromZeroToTheLargest() {
    assertThat(FigureText.bars(List.of(0.0, 4.0, 8.0))).isEqualTo("▁▅█");
    assertThat(FigureText.bars(List.of(0.0, 0.0))).isEqualTo("▁▁");
    assertThat(FigureText.bars(List.of())).isEmpty();
  }
}
