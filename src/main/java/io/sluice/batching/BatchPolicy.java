package io.sluice.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Decides when a batch is released and what is in it. Immutable. */
public final class BatchPolicy {
  /** Segments of a batch that are kept for bulky texts while others wait: a quarter of it. */
  private static final int BULKY_DIVISOR = 4;

  /** A batch of bulky segments alone takes no more than a quarter of what others may ... */
  private static final int BULKY_ALONE_DIVISOR = 4;

  /** ... unless that is less than this many padded tokens: tiny batches are slow ones. */
  private static final int BULKY_ALONE_TOKENS = 256;

  /** Lengths that differ by more are alike. */
  private static final int MOST_DISTANCE = (1 << 24) - 1;

  private static final double WINDOW_SECONDS = 0.2;

  private final BatchLimits limits;

  public BatchPolicy(BatchLimits limits) {
    this.limits = limits;
  }

  public BatchLimits limits() {
    return limits;
  }

  /**
   * Chooses the segments that go together: the first one always, then those with the same expert
   * share, the more urgent class first and in a class those nearest to it in length, as many as
   * fit. Bulky ones get at most a quarter of the rows while others wait, and the others leave them
   * a quarter. Without others the batch is kept short, so that whoever comes while it runs does not
   * wait long for a worker.
   *
   * @param waiting in the order in which they should go; not empty
   * @param maxPaddedTokens limit for this batch, at most that of the limits
   * @return indices into {@code waiting}, in ascending order of length
   */
  public List<Integer> choose(List<Candidate> waiting, int maxPaddedTokens) {
    return choose(waiting, new Room(limits.maxRows(), maxPaddedTokens, 0));
  }

  /** The same for several batches at once, see {@link #room}; while bulky ones wait for one. */
  public List<Integer> choose(List<Candidate> waiting, Room room) {
    Candidate first = waiting.get(0);
    long[] ranked = new long[waiting.size()];
    int alike = 0;
    boolean others = false;
    boolean bulky = false;
    for (int i = 0; i < waiting.size(); i++) {
      Candidate candidate = waiting.get(i);
      if (Double.compare(candidate.minimumExpertShare(), first.minimumExpertShare()) == 0) {
        ranked[alike++] = place(i, candidate, first);
        others |= !candidate.bulky();
        bulky |= candidate.bulky();
      }
    }
    Arrays.sort(ranked, 0, alike);
    int bulkyRows = Math.max(1, limits.maxRows() / BULKY_DIVISOR);
    int bulkyLeft = others ? bulkyRows : limits.maxRows();
    int rows = bulky ? limits.maxRows() : room.rows(); // bulky ones get their share of each batch
    int othersLeft = bulky ? Math.max(1, rows - bulkyRows) : rows;
    int tokens = others ? room.paddedTokens() : alone(room.paddedTokens());
    List<Integer> chosen = new ArrayList<>();
    int longest = 0;
    for (int i = 0; i < alike; i++) {
      int index = (int) ranked[i];
      Candidate candidate = waiting.get(index);
      int left = candidate.bulky() ? bulkyLeft : othersLeft;
      int newLongest = Math.max(longest, candidate.length());
      long padded = (long) newLongest * (chosen.size() + 1);
      boolean fits =
          chosen.size() < limits.maxRows()
              ? padded <= tokens
              : chosen.size() < rows && padded <= room.morePaddedTokens();
      if (left == 0 || !(chosen.isEmpty() || fits)) {
        continue;
      }
      chosen.add(index);
      longest = newLongest;
      if (candidate.bulky()) {
        bulkyLeft--;
      } else {
        othersLeft--;
      }
    }
    chosen.sort(
        Comparator.<Integer>comparingInt(i -> waiting.get(i).length()).thenComparingInt(i -> i));
    return chosen;
  }

  /** Sorts by class, then by difference in length, then by place; its low half is the place. */
  private static long place(int index, Candidate candidate, Candidate first) {
    long rank = index == 0 ? 0 : candidate.rank() + 1L;
    long distance = Math.min(MOST_DISTANCE, Math.abs(candidate.length() - first.length()));
    return rank << 56 | distance << 32 | index;
  }

  private static int alone(int maxPaddedTokens) {
    int quarter = maxPaddedTokens / BULKY_ALONE_DIVISOR;
    return Math.min(maxPaddedTokens, Math.max(BULKY_ALONE_TOKENS, quarter));
  }

  /**
   * How long an idle worker should still wait for company.
   *
   * @param waiting all waiting segments, in order
   * @param busyWorkers workers that are translating
   * @return nanoseconds; 0: release now; {@link Long#MAX_VALUE}: there is nothing to release
   */
  public long nanosUntilRelease(List<Candidate> waiting, int busyWorkers) {
    if (waiting.isEmpty()) {
      return Long.MAX_VALUE;
    }
    if (busyWorkers == 0 || waiting.size() >= limits.maxRows()) {
      return 0;
    }
    long oldest = 0;
    long tokens = 0;
    for (Candidate candidate : waiting) {
      oldest = Math.max(oldest, candidate.waitedNanos());
      tokens += candidate.length();
    }
    if (tokens >= limits.maxPaddedTokens()) {
      return 0;
    }
    return Math.max(0, limits.maxAge().toNanos() - oldest);
  }

  /**
   * What may be handed over at once: a batch, and while more waits for each worker up to a window
   * of them, as long as that takes no longer than a fifth of a second: whoever comes meanwhile
   * waits so long for a worker.
   *
   * @param waiting segments that wait
   * @param workers who share them
   * @param paddedTokensPerSecond measured speed of one worker; 0: not known yet
   */
  public Room room(int waiting, int workers, double paddedTokensPerSecond) {
    int most = limits.maxRows() * limits.window();
    int share = Math.max(limits.maxRows(), Math.min(most, waiting / workers));
    int more = (int) Math.min(Integer.MAX_VALUE, WINDOW_SECONDS * paddedTokensPerSecond);
    return new Room(share, paddedTokens(paddedTokensPerSecond), more);
  }

  /**
   * The padded tokens that a batch may have to take no longer than about a second.
   *
   * @param paddedTokensPerSecond measured speed of one worker; 0: not known yet
   */
  public int paddedTokens(double paddedTokensPerSecond) {
    if (paddedTokensPerSecond <= 0) {
      return limits.maxPaddedTokens();
    }
    return (int) Math.max(1, Math.min(limits.maxPaddedTokens(), paddedTokensPerSecond));
  }
}
