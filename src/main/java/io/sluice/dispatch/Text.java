package io.sluice.dispatch;

import io.sluice.batching.Urgency;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Request;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A decoded row with its segments. Which segments are taken and how urgent it is belongs to the
 * waiting line (guarded by its lock); which are translated is guarded by this object.
 */
final class Text {
  private final PendingRow row;
  private final Request request;
  private final PreparedText prepared;
  private final long prepareNanos;
  private final BitSet taken = new BitSet();
  private long waitingSinceNanos;
  private int rank;
  private double lent;

  private final SegmentTranslation[] parts;
  private final Intervals encoding = new Intervals();
  private final Intervals decoding = new Intervals();
  private int missing;
  private long firstStartNanos;
  private boolean started;
  private boolean done;

  Text(PendingRow row, Request request, PreparedText prepared, long prepareNanos, long nowNanos) {
    this.row = row;
    this.request = request;
    this.prepared = prepared;
    this.prepareNanos = prepareNanos;
    this.waitingSinceNanos = nowNanos;
    this.rank = request.priority().ordinal();
    this.parts = new SegmentTranslation[prepared.segments().size()];
    this.missing = parts.length;
  }

  PendingRow row() {
    return row;
  }

  Request request() {
    return request;
  }

  PreparedText prepared() {
    return prepared;
  }

  /** Source tokens of all segments. */
  int tokens() {
    return prepared.segments().stream().mapToInt(Segment::length).sum();
  }

  Segment segment(int index) {
    return prepared.segments().get(index);
  }

  double minimumExpertShare() {
    return request.minimumExpertShare().orElse(0);
  }

  long waitingSinceNanos() {
    return waitingSinceNanos;
  }

  /** Indices of at most {@code limit} segments that no batch has taken. */
  List<Integer> open(int limit) {
    List<Integer> open = new ArrayList<>();
    for (int i = taken.nextClearBit(0);
        i < parts.length && open.size() < limit;
        i = taken.nextClearBit(i + 1)) {
      open.add(i);
    }
    return open;
  }

  void take(int index, long nowNanos) {
    taken.set(index);
    waitingSinceNanos = nowNanos;
  }

  /** Its class of urgency, 0 is the most urgent: that of its priority, until it rises. */
  int rank() {
    return rank;
  }

  /** Classes that it was lent; they stay, whoever lent them may be gone by then. */
  double lent() {
    return lent;
  }

  /** Where it stands now among those that wait. */
  void place(Urgency.Place place) {
    rank = place.rank();
    lent = place.lent();
  }

  boolean allTaken() {
    return taken.nextClearBit(0) >= parts.length;
  }

  /** True if its deadline has passed and the model has not begun. */
  synchronized boolean expired(long nowMillis) {
    return !started && request.deadline().filter(d -> d.toEpochMilli() < nowMillis).isPresent();
  }

  synchronized boolean isDone() {
    return done;
  }

  /** Ends it before its segments are complete; true the first time. */
  synchronized boolean abort() {
    boolean first = !done;
    done = true;
    return first;
  }

  synchronized void begin(long nowNanos) {
    row.begin();
    if (!started) {
      started = true;
      firstStartNanos = nowNanos;
    }
  }

  /** Takes a translated segment; returns all of them when this was the last that was missing. */
  synchronized Optional<List<SegmentTranslation>> accept(
      int index, SegmentTranslation part, long startNanos, long endNanos) {
    if (done || parts[index] != null) {
      return Optional.empty();
    }
    parts[index] = part;
    long encoded = Math.min(endNanos, startNanos + Math.max(0, part.encodeNanos()));
    long decoded = Math.min(endNanos, encoded + Math.max(0, part.decodeNanos()));
    encoding.add(startNanos, encoded);
    decoding.add(encoded, decoded);
    missing--;
    if (missing > 0) {
      return Optional.empty();
    }
    done = true;
    return Optional.of(List.copyOf(Arrays.asList(parts)));
  }

  /** Its clocks once it is complete; time both encoding and decoding counts as encoding. */
  synchronized Clocks clocks() {
    Intervals all = new Intervals();
    all.addAll(encoding);
    all.addAll(decoding);
    long encodeNanos = encoding.covered();
    long waited = Math.max(0, firstStartNanos - row.admittedNanos() - prepareNanos);
    return row.clocks(waited, prepareNanos + encodeNanos, all.covered() - encodeNanos);
  }
}
