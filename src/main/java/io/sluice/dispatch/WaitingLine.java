package io.sluice.dispatch;

import io.sluice.batching.BatchPolicy;
import io.sluice.batching.Candidate;
import io.sluice.batching.Room;
import io.sluice.batching.Urgency;
import io.sluice.domain.RawRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Prepared texts that wait for a batch, the urgent ones first; those of many segments in a line of
 * their own that turns. Not thread-safe: the dispatcher guards it.
 */
final class WaitingLine {
  /** Texts with more segments than this are bulky. */
  static final int BULKY_SEGMENTS = 8;

  /** Candidates looked at for one batch, as a multiple of its rows. */
  private static final int WINDOW = 16;

  /** A row of a task comes after those that were admitted before it. */
  private static final Comparator<Text> ARRIVAL =
      Comparator.<Text>comparingLong(text -> text.row().admittedNanos())
          .thenComparingLong(text -> text.row().rawRecord().position().offset());

  private final BatchPolicy policy;
  private final Urgency urgency;
  private final DispatchClock clock;
  private final Consumer<Text> expire;
  private final Deque<Text> ordinary = new ArrayDeque<>();
  private final Deque<Text> bulky = new ArrayDeque<>();

  /** Keys are in order within a partition. */
  private record Key(int partition, ByteBuffer bytes) {}

  WaitingLine(BatchPolicy policy, Urgency urgency, DispatchClock clock, Consumer<Text> expire) {
    this.policy = policy;
    this.urgency = urgency;
    this.clock = clock;
    this.expire = expire;
  }

  void add(Text text) {
    lineOf(text).add(text);
  }

  private Deque<Text> lineOf(Text text) {
    return text.prepared().segments().size() > BULKY_SEGMENTS ? bulky : ordinary;
  }

  boolean isEmpty() {
    return ordinary.isEmpty() && bulky.isEmpty();
  }

  /** Nanoseconds an idle worker should wait; 0: take now. */
  long nanosUntilRelease(int busyWorkers) {
    long now = clock.nanos();
    return policy.nanosUntilRelease(candidates(window(), now), busyWorkers);
  }

  /**
   * Takes a batch out of the line.
   *
   * @param paddedTokensPerSecond measured speed; 0: not known
   * @param workers who share what waits
   * @return empty if all that waited was abandoned or expired
   */
  List<Piece> take(double paddedTokensPerSecond, int workers) {
    discard(ordinary);
    discard(bulky);
    long now = clock.nanos();
    sort(now);
    List<Piece> window = window();
    if (window.isEmpty()) {
      return List.of();
    }
    List<Piece> batch = new ArrayList<>();
    Room room = policy.room(window.size(), workers, paddedTokensPerSecond);
    for (int index : policy.choose(candidates(window, now), room)) {
      batch.add(window.get(index));
    }
    for (Piece piece : batch) {
      piece.text().take(piece.index(), now);
    }
    ordinary.removeIf(Text::allTaken);
    turn(batch);
    return batch;
  }

  /** The urgent ones first; bulky texts of one class go on taking turns. */
  private void sort(long now) {
    List<Text> all = new ArrayList<>(ordinary);
    all.addAll(bulky);
    all.sort(ARRIVAL);
    List<Urgency.Place> order =
        urgency.order(all.stream().map(text -> waiting(text, now)).toList());
    ordinary.clear();
    for (Urgency.Place place : order) {
      Text text = all.get(place.index());
      text.place(place);
      if (lineOf(text) == ordinary) {
        ordinary.add(text);
      }
    }
    List<Text> turns = new ArrayList<>(bulky);
    turns.sort(Comparator.comparingInt(Text::rank));
    bulky.clear();
    bulky.addAll(turns);
  }

  private static Urgency.Waiting waiting(Text text, long now) {
    RawRecord raw = text.row().rawRecord();
    Object key =
        raw.key() == null ? null : new Key(raw.position().partition(), ByteBuffer.wrap(raw.key()));
    long waited = now - text.row().admittedNanos();
    return new Urgency.Waiting(key, text.request().priority(), text.lent(), waited);
  }

  /** Bulky texts that were served go to the end of their line. */
  private void turn(List<Piece> batch) {
    List<Text> served = new ArrayList<>();
    for (Piece piece : batch) {
      Text text = piece.text();
      if (!served.contains(text) && bulky.remove(text)) {
        served.add(text);
      }
    }
    served.removeIf(Text::allTaken);
    bulky.addAll(served);
  }

  private void discard(Deque<Text> line) {
    long nowMillis = clock.millis();
    for (Iterator<Text> texts = line.iterator(); texts.hasNext(); ) {
      Text text = texts.next();
      if (text.row().abandoned() || text.isDone()) {
        texts.remove();
      } else if (text.expired(nowMillis)) {
        texts.remove();
        expire.accept(text);
      }
    }
  }

  private List<Piece> window() {
    int rows = policy.limits().maxRows();
    List<Piece> window = new ArrayList<>();
    boolean bulkyFirst = !bulky.isEmpty() && (ordinary.isEmpty() || bulkyIsNext());
    if (bulkyFirst) {
      addBulky(window, rows);
    }
    int limit = window.size() + rows * WINDOW;
    for (Text text : ordinary) {
      if (window.size() >= limit) {
        break;
      }
      for (int index : text.open(BULKY_SEGMENTS)) {
        window.add(new Piece(text, index));
      }
    }
    if (!bulkyFirst) {
      addBulky(window, rows);
    }
    return window;
  }

  /** Of one class, who was not served for longer. */
  private boolean bulkyIsNext() {
    Text bulk = bulky.element();
    Text other = ordinary.element();
    return bulk.rank() == other.rank()
        ? bulk.waitingSinceNanos() - other.waitingSinceNanos() < 0
        : bulk.rank() < other.rank();
  }

  private void addBulky(List<Piece> window, int rows) {
    int share = Math.max(1, rows / Math.max(1, Math.min(bulky.size(), rows / BULKY_SEGMENTS)));
    int limit = window.size() + rows;
    for (Text text : bulky) {
      if (window.size() >= limit) {
        break;
      }
      for (int index : text.open(share)) {
        window.add(new Piece(text, index));
      }
    }
  }

  private static List<Candidate> candidates(List<Piece> window, long now) {
    List<Candidate> candidates = new ArrayList<>(window.size());
    for (Piece piece : window) {
      Text text = piece.text();
      candidates.add(
          new Candidate(
              piece.segment().length(),
              text.minimumExpertShare(),
              text.rank(),
              now - text.waitingSinceNanos(),
              text.prepared().segments().size() > BULKY_SEGMENTS));
    }
    return candidates;
  }
}
