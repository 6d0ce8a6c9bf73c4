package io.sluice.cli;

import io.sluice.avro.ControlEvent;
import io.sluice.avro.TranslationResult;
import java.util.Locale;
import org.apache.avro.generic.IndexedRecord;

/** A record of any of Sluice's topics as one line. */
final class RecordLine {
  private RecordLine() {}

  /** For people; what is neither a result nor a control event: as JSON. */
  static String of(IndexedRecord record) {
    if (record instanceof TranslationResult result) {
      return ResultLine.of(result);
    }
    return record instanceof ControlEvent event ? of(event) : json(record);
  }

  /** One JSON object. */
  static String json(IndexedRecord record) {
    return record.toString();
  }

  private static String of(ControlEvent event) {
    return switch (event.getKind()) {
      case LEVEL_CHANGED -> changed(event);
      case SHADOW_MEASURED ->
          String.format(
              Locale.ROOT,
              "%s  %s  a degraded text agrees with that of full quality by %.2f",
              event.getDecidedAt(),
              event.getInstance(),
              event.getAgreement());
      default -> json(event);
    };
  }

  private static String changed(ControlEvent event) {
    return String.format(
        Locale.ROOT,
        "%s  %s  level %d → %d, %s: %d records behind, tokens/s: %.0f come, %.0f expected now, %.0f"
            + " measured before",
        event.getDecidedAt(),
        event.getInstance(),
        event.getOldLevel(),
        event.getNewLevel(),
        event.getCause(),
        event.getLagRecords(),
        event.getArrivalTokensPerSecond(),
        event.getPredictedTokensPerSecond(),
        event.getMeasuredTokensPerSecond());
  }
}
