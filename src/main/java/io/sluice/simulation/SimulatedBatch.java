package io.sluice.simulation;

import io.sluice.control.BatchWork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ObjDoubleConsumer;

/**
 * Rows that a worker takes at once. So many are decoded side by side, the longest first; when one
 * is finished it leaves, and the next takes its place.
 *
 * @param rows at least one
 * @param width rows decoded side by side
 * @param work all of it
 */
record SimulatedBatch(List<SimulatedRecord> rows, int width, BatchWork work) {

  SimulatedBatch(List<SimulatedRecord> rows, int width) {
    this(sorted(rows), width, work(rows, width));
  }

  private static List<SimulatedRecord> sorted(List<SimulatedRecord> rows) {
    List<SimulatedRecord> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingInt(row -> -row.source()));
    return sorted;
  }

  private static BatchWork work(List<SimulatedRecord> rows, int width) {
    double source = 0;
    double target = 0;
    double longest = 0;
    for (SimulatedRecord row : rows) {
      source += row.source();
      target += row.target();
      longest = Math.max(longest, row.target());
    }
    return new BatchWork(rows.size(), source, target, BatchWork.steps(longest, target, width));
  }

  /** Segments times the longest of them. */
  int paddedTokens() {
    return rows.size() * rows.get(0).source();
  }

  /**
   * Says when rows are finished.
   *
   * @param encodingMillis before the first word
   * @param millis until the last row is finished
   * @param grain rows that are finished within so many milliseconds are told together
   * @param told what is finished so many milliseconds after the beginning
   */
  void finished(
      double encodingMillis,
      double millis,
      double grain,
      ObjDoubleConsumer<List<SimulatedRecord>> told) {
    int[] places = new int[Math.min(width, rows.size())];
    int[] ends = new int[rows.size()];
    int last = 0;
    for (int row = 0; row < ends.length; row++) {
      int place = earliest(places);
      places[place] += rows.get(row).target();
      ends[row] = places[place];
      last = Math.max(last, ends[row]);
    }
    int grains = (int) Math.max(1, Math.ceil(millis / grain));
    List<List<SimulatedRecord>> finished = new ArrayList<>();
    for (int i = 0; i < grains; i++) {
      finished.add(new ArrayList<>());
    }
    for (int row = 0; row < ends.length; row++) {
      double at = encodingMillis + (millis - encodingMillis) * ends[row] / last;
      int slot = (int) Math.min(grains - 1L, Math.max(0, (long) Math.ceil(at / grain) - 1));
      finished.get(slot).add(rows.get(row));
    }
    for (int i = 0; i < grains; i++) {
      if (!finished.get(i).isEmpty()) {
        told.accept(finished.get(i), Math.min(millis, (i + 1) * grain));
      }
    }
  }

  private static int earliest(int[] places) {
    int earliest = 0;
    for (int place = 1; place < places.length; place++) {
      if (places[place] < places[earliest]) {
        earliest = place;
      }
    }
    return earliest;
  }
}
