package io.sluice.cli;

import io.sluice.control.FullBatches;
import io.sluice.simulation.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What full batches took in each second of a run: the machine's pace. One thread. */
final class BatchesBySecond {
  private final TreeMap<Integer, FullBatches> soFar = new TreeMap<>(); // last seen in a second

  /** What full batches took until then, so many seconds into the run. */
  void seen(double second, FullBatches until) {
    soFar.put((int) Math.max(0, Math.floor(second)), until);
  }

  /**
   * The pace of the run.
   *
   * @param ratios real over tabled time of full batches on a steady machine, by level
   */
  Pace pace(List<Double> ratios) {
    if (soFar.isEmpty()) {
      return Pace.STEADY;
    }
    List<Pace.Look> looks = new ArrayList<>();
    FullBatches before = soFar.firstEntry().getValue();
    for (int second = 0; second <= soFar.lastKey(); second++) {
      Map.Entry<Integer, FullBatches> until = soFar.floorEntry(second);
      FullBatches now = until == null ? before : until.getValue();
      FullBatches own = now.since(before);
      looks.add(new Pace.Look(own.real(), own.expected(ratios)));
      before = now;
    }
    return Pace.of(looks);
  }
}
