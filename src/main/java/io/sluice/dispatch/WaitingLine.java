package io.sluice.dispatch;

import io.sluice.batching.BatchPolicy;
import io.sluice.batching.Candidate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Prepared texts that wait for a batch, those of many segments in a line of their own that turns.
 * Not thread-safe: the dispatcher guards it.
 */
final class WaitingLine {
  /** Texts with more segments than this are bulky. */
  static final int BULKY_SEGMENTS = 8;

  /** Candidates looked at for one batch, as a multiple of its rows. */
  private static final int WINDOW = 16;

  private final BatchPolicy policy;
  private final DispatchClock clock;
  private final Consumer<Text> expire;
  private final Deque<Text> ordinary = new ArrayDeque<>();
  private final Deque<Text> bulky = new ArrayDeque<>();

  WaitingLine(BatchPolicy policy, DispatchClock clock, Consumer<Text> expire) {
    this.policy = policy;
    this.clock = clock;
    this.expire = expire;
  }

  void add(Text text) {
    (text.prepared().segments().size() > BULKY_SEGMENTS ? bulky : ordinary).add(text);
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
   * @return empty if all that waited was abandoned or expired
   */
  List<Piece> take(double paddedTokensPerSecond) {
    discard(ordinary);
    discard(bulky);
    List<Piece> window = window();
    if (window.isEmpty()) {
      return List.of();
    }
    long now = clock.nanos();
    List<Piece> batch = new ArrayList<>();
    int tokens = policy.paddedTokens(paddedTokensPerSecond);
    for (int index : policy.choose(candidates(window, now), tokens)) {
      batch.add(window.get(index));
    }
    for (Piece piece : batch) {
      piece.text().take(piece.index(), now);
    }
    ordinary.removeIf(Text::allTaken);
    turn(batch);
    return batch;
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
    boolean bulkyFirst =
        !bulky.isEmpty()
            && (ordinary.isEmpty()
                || bulky.peek().waitingSinceNanos() - ordinary.peek().waitingSinceNanos() < 0);
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
              now - text.waitingSinceNanos(),
              text.prepared().segments().size() > BULKY_SEGMENTS));
    }
    return candidates;
  }
}
