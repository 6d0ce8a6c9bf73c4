package io.sluice.cli;

import io.sluice.cost.MachineTimes;
import io.sluice.cost.MachineTimes.Entry;
import java.util.List;
import java.util.Locale;

/** The fitted times for people. Pure functions. */
final class TimesTable {
  private TimesTable() {}

  static String of(MachineTimes times) {
    TextTable table = new TextTable();
    table.row(
        List.of("half", "routing", "experts", "fixed ms", "ms a token", "median error", "90 %"));
    times.encoder().forEach(entry -> table.row(row("encode", entry)));
    times.decoder().forEach(entry -> table.row(row("decode", entry)));
    return table.toString();
  }

  private static List<String> row(String half, Entry entry) {
    return List.of(
        half,
        entry.mode().name().toLowerCase(Locale.ROOT),
        Integer.toString(entry.experts()),
        String.format(Locale.ROOT, "%.4f", entry.line().fixedMillis()),
        String.format(Locale.ROOT, "%.5f", entry.line().tokenMillis()),
        String.format(Locale.ROOT, "%.1f %%", 100 * entry.line().medianError()),
        String.format(Locale.ROOT, "%.1f %%", 100 * entry.line().largeError()));
  }
}
