package io.sluice.dispatch;

import io.sluice.control.PendingLoad;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what the dispatcher holds and has done, for the sensor. Thread-safe. */
final class LoadCounter {
  private final Set<PendingRow> open = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Long> handed = new ConcurrentHashMap<>();
  private final AtomicLong admittedRecords = new AtomicLong();
  private final AtomicLong preparedRecords = new AtomicLong();
  private final AtomicLong preparedTokens = new AtomicLong();
  private final AtomicLong translatedTokens = new AtomicLong();

  void admitted(PendingRow row) {
    admittedRecords.incrementAndGet();
    handed.put(row.rawRecord().position().partition(), row.rawRecord().position().offset() + 1);
    open.add(row);
  }

  /** What was read of a partition and is not committed will be read again, here or elsewhere. */
  void left(int partition) {
    handed.remove(partition);
  }

  void released(PendingRow row) {
    open.remove(row);
  }

  /** The tokens of a row are known. */
  void prepared(PendingRow row, int tokens) {
    row.prepared(tokens);
    preparedRecords.incrementAndGet();
    preparedTokens.addAndGet(tokens);
  }

  void translated(long sourceTokens) {
    translatedTokens.addAndGet(sourceTokens);
  }

  /**
   * The counts now. Rows that are not prepared yet count with the mean of those that were.
   *
   * @param nowMillis wall clock, milliseconds since the epoch
   */
  PendingLoad load(long nowMillis) {
    long mean = preparedTokens.get() / Math.max(1, preparedRecords.get());
    long queued = 0;
    long queuedTokens = 0;
    long unprepared = 0;
    long running = 0;
    long oldest = nowMillis;
    for (PendingRow row : open) {
      if (row.queued()) {
        queued++;
        queuedTokens += row.tokens() == 0 ? mean : row.tokens();
        unprepared += row.tokens() == 0 ? 1 : 0;
        oldest = Math.min(oldest, row.rawRecord().timestampMillis());
      } else {
        running++;
      }
    }
    return new PendingLoad(
        admittedRecords.get(),
        preparedTokens.get() + unprepared * mean,
        translatedTokens.get(),
        queued,
        queuedTokens,
        running,
        nowMillis - oldest,
        handed);
  }
}
