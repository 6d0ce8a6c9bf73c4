package io.sluice.control;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes load samples of offsets and counters. Offsets are more than records behind a transactional
 * producer (each transaction ends with a marker); the share of offsets that are records is learnt
 * from what arrives in the dispatcher. Reads no clock and no broker. One thread.
 */
public final class LoadMeter {
  private static final double SMOOTHING = 0.2;
  private static final double FIRST_TOKENS_PER_RECORD = 20;

  private final long freezeNanos;
  private final Map<Integer, Seen> before = new HashMap<>();
  private PendingLoad pendingBefore;
  private LoadSample last;
  private double tokensPerRecord = FIRST_TOKENS_PER_RECORD;
  private double recordsPerOffset = 1;
  private long frozenUntil;
  private boolean rebalancing;

  /** A partition at one sample, and how many of its offsets counted as unread. */
  private record Seen(PartitionLoad load, long counted) {

    /** What has been unread for two samples: offsets that nobody gets are gone by then. */
    static Seen of(PartitionLoad now, Seen earlier) {
      long unread = now.unread();
      return new Seen(now, earlier == null ? unread : Math.min(unread, earlier.load.unread()));
    }
  }

  /**
   * A meter.
   *
   * @param freeze how long samples are frozen after a rebalance
   */
  public LoadMeter(Duration freeze) {
    this.freezeNanos = freeze.toNanos();
  }

  /** Partitions came or went. */
  public void rebalanced(long nowNanos) {
    frozenUntil = nowNanos + freezeNanos;
    rebalancing = true;
  }

  /** The broker did not answer: the last values, marked. */
  public LoadSample stale(long nowNanos) {
    return (last == null ? LoadSample.idle(nowNanos) : last).asStale(nowNanos);
  }

  /**
   * The load now.
   *
   * @param owned every partition that this instance owns
   */
  public LoadSample sample(long nowNanos, List<PartitionLoad> owned, PendingLoad pending) {
    double unread = 0;
    double grown = 0;
    double passed = 0;
    boolean skipped = false;
    Map<Integer, Seen> seen = new HashMap<>();
    for (PartitionLoad now : owned) {
      Seen earlier = before.get(now.partition());
      Seen latest = Seen.of(now, earlier);
      seen.put(now.partition(), latest);
      unread += latest.counted;
      if (earlier != null) {
        grown += latest.counted - earlier.counted;
        passed += Math.max(0, now.position() - earlier.load.position());
        skipped |= earlier.load.fetchable() != now.fetchable();
      }
    }
    double admitted = 0;
    double translatedTokens = 0;
    if (pendingBefore != null) {
      admitted = pending.admittedRecords() - pendingBefore.admittedRecords();
      translatedTokens = pending.translatedTokens() - pendingBefore.translatedTokens();
      learn(admitted, pending.admittedTokens() - pendingBefore.admittedTokens(), passed, skipped);
    }
    double seconds = last == null ? 0 : (nowNanos - last.nanos()) / 1e9;
    double arrived = Math.max(0, admitted + grown * recordsPerOffset);
    double unreadRecords = unread * recordsPerOffset;
    boolean frozen = rebalancing && nowNanos - frozenUntil < 0;
    rebalancing = frozen;
    last =
        new LoadSample(
            nowNanos,
            unreadRecords + pending.queuedRecords(),
            unreadRecords * tokensPerRecord + pending.queuedTokens(),
            pending.runningRecords(),
            pending.oldestAgeMillis(),
            seconds > 0 ? arrived * tokensPerRecord / seconds : 0,
            seconds > 0 ? translatedTokens / seconds : 0,
            tokensPerRecord,
            false,
            frozen);
    before.clear();
    before.putAll(seen);
    pendingBefore = pending;
    return last;
  }

  private void learn(double records, double tokens, double offsets, boolean skipped) {
    if (records > 0) {
      tokensPerRecord += SMOOTHING * (tokens / records - tokensPerRecord);
    }
    if (records > 0 && offsets > 0 && !skipped) {
      double share = Math.min(1, records / offsets);
      recordsPerOffset += SMOOTHING * (share - recordsPerOffset);
    }
  }
}
