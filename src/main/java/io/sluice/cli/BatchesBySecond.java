package io.sluice.cli;

import io.sluice.control.FullBatches;
import io.sluice.simulation.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What full batches took in each second of a run. One thread. */
final class BatchesBySecond {
  private final TreeMap<Integer, FullBatches> soFar = new TreeMap<>(); // last seen in a second
  private FullBatches first;

  /** What full batches took until then, so many seconds into the run. */
  void seen(double second, FullBatches until) {
    first = first == null ? until : first;
    soFar.put((int) Math.max(0, Math.floor(second)), until);
  }

  /**
   * One look for each second.
   *
   * @param ratios real over tabled time of full batches at the machine's capacity, by level
   */
  List<Pace.Look> looks(List<Double> ratios) {
    List<Pace.Look> looks = new ArrayList<>();
    if (soFar.isEmpty()) {
      return looks;
    }
    FullBatches before = first;
    for (int second = 0; second <= soFar.lastKey(); second++) {
      Map.Entry<Integer, FullBatches> until = soFar.floorEntry(second);
      FullBatches now = until == null ? before : until.getValue();
      FullBatches own = now.since(before);
      looks.add(new Pace.Look(own.real() / 1e3, own.expected(ratios) / 1e3));
      before = now;
    }
    return looks;
  }
}
