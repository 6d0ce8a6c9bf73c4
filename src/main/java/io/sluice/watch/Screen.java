package io.sluice.watch;

import java.io.PrintWriter;
import java.util.List;

/** Draws lines over those that it drew before, with ANSI's control sequences. One thread. */
public final class Screen {
  private static final String UP = "\u001b[%dA";
  private static final String CLEAR_LINE = "\u001b[2K";
  private static final String CLEAR_BELOW = "\u001b[J";

  /** A wrapped line would shift the others; the terminal cuts it instead. */
  private static final String WRAP_OFF = "\u001b[?7l";

  private static final String WRAP_ON = "\u001b[?7h";

  private final PrintWriter out;
  private int drawn;

  /** A screen on which nothing is drawn. */
  public Screen(PrintWriter out) {
    this.out = out;
  }

  /** Draws. */
  public void draw(List<String> lines) {
    StringBuilder text = new StringBuilder(WRAP_OFF);
    if (drawn > 0) {
      text.append(UP.formatted(drawn));
    }
    for (String line : lines) {
      text.append(CLEAR_LINE).append(line).append('\n');
    }
    text.append(CLEAR_BELOW).append(WRAP_ON);
    out.print(text);
    out.flush();
    drawn = lines.size();
  }
}
