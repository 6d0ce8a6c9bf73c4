package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any bytes as input: what a line feed ends is a line, and has one line out. */
class BytesFuzzTest {
  private static final int INPUTS = 5_000;
  private static final int TRANSLATED_LINES = 200;

  private final Random random = new Random(11);

  @Test
  void shouldReadOneLineForEachLineFeedWhateverTheBytes() {
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      for (int feeds = random.nextInt(5); feeds > 0 && bytes.length > 0; feeds--) {
        bytes[random.nextInt(bytes.length)] = '\n';
      }
      int lines = 0;
      for (int at = 0; at < bytes.length; at++) {
        lines += bytes[at] == '\n' || at == bytes.length - 1 ? 1 : 0;
      }
      try (TextLines read = TextLines.of(new ByteArrayInputStream(bytes))) {
        assertThat(read.rest()).as("input %s", i).hasSize(lines);
      }
    }
  }

  @Test
  void shouldTranslateToOneLineForEachLineOfBytes() {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    for (int line = 0; line < TRANSLATED_LINES; line++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      for (byte each : bytes) {
        input.write(each == '\n' ? ' ' : each);
      }
      input.write('\n');
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.toByteArray()));
    int status;
    try {
      status =
          Main.run(
              Map.of(),
              new PrintWriter(out, true),
              new PrintWriter(err, true),
              "translate",
              "--from=en",
              "--to=de");
    } finally {
      System.setIn(before);
    }

    assertThat(status).as(err.toString()).isZero();
    assertThat(out.toString()).endsWith("\n");
    assertThat(out.toString().chars().filter(c -> c == '\n').count()).isEqualTo(TRANSLATED_LINES);
    assertThat(
            out.toString().codePoints().filter(c -> c != '\n' && io.sluice.text.Lines.isBreak(c)))
        .isEmpty();
  }
}
