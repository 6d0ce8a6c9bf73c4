package io.sluice.model;

import io.sluice.nn.Route;
import java.util.Arrays;

/**
 * Keys and values of the rows that are decoded now: the only thing that decoding changes. Rows are
 * hypotheses; each owns a slot of the self-attention cache with a position of its own, several may
 * share a source. A source takes part from the step that begins a row with it until its last row is
 * gone. Not thread-safe.
 */
public final class DecoderState {
  private static final int NONE = -1;

  final LayerBudgets budgets;
  final EncoderOutput encoded;
  final int longestSource;
  private final int[] plans; // of each source; null: none
  private final Route[] routes; // per layer; they share the plans of the rows
  private int[] planOfRow; // overwritten when the rows change
  private boolean routesCurrent;
  private final float[] droppedMass; // (B): sum over the rows decoded so far
  private final int[] droppedRows; // (B): how many these were

  private int rows;
  private int[] slots; // of each row
  private int[] sources; // of each row
  private int[] nextSlots; // scratch of select
  private int[] nextSources;
  private boolean[] used;
  private int[] begun = new int[0]; // sources that the last select began
  private int begunCount;

  final SelfCache self;
  final CrossCache cross;
  private int[] positions; // per slot: tokens fed so far
  private float[] coverage; // (slots, longest source): largest attention weight so far

  /**
   * No rows yet.
   *
   * @param keptWidth floats that a key takes in the caches, and a value
   * @param plans the plan of each source; null: none
   */
  DecoderState(
      int layers, int keptWidth, EncoderOutput encoded, LayerBudgets budgets, int[] plans) {
    this.budgets = budgets;
    this.encoded = encoded;
    this.plans = plans;
    this.routes = new Route[layers];
    this.planOfRow = new int[0];
    int longest = 0;
    for (int source = 0; source < encoded.rows(); source++) {
      longest = Math.max(longest, encoded.length(source));
    }
    this.longestSource = longest;
    this.droppedMass = new float[encoded.rows()];
    this.droppedRows = new int[encoded.rows()];
    this.self = new SelfCache(layers, keptWidth);
    this.cross = new CrossCache(layers, keptWidth, encoded);
    this.coverage = new float[0];
    this.positions = new int[0];
    this.slots = new int[0];
    this.sources = new int[0];
    this.nextSlots = new int[0];
    this.nextSources = new int[0];
    this.used = new boolean[0];
  }

  /**
   * Mean share of the routers' mass, over layers and tokens, that the rows of a source left out, 0
   * to 1; 0 with every expert.
   */
  public double droppedMass(int source) {
    return droppedRows[source] == 0 ? 0 : droppedMass[source] / droppedRows[source];
  }

  /** A step left out shares of each row, summed over the layers. */
  void addDroppedMass(float[] sums, int layers) {
    for (int row = 0; row < rows; row++) {
      droppedMass[sources[row]] += sums[row] / layers;
      droppedRows[sources[row]]++;
    }
  }

  /** Rows that are decoded now. */
  public int rows() {
    return rows;
  }

  /** Row of the encoder's batch that a row translates. */
  public int source(int row) {
    return sources[row];
  }

  /**
   * Share of the source tokens of a row, special tokens left out, that received at least the given
   * attention in some step; 1 if there are none.
   */
  public double coverage(int row, float atLeast) {
    int length = encoded.length(sources[row]);
    int covered = 0;
    for (int s = 1; s < length - 1; s++) {
      if (coverage[slots[row] * longestSource + s] >= atLeast) {
        covered++;
      }
    }
    return length <= 2 ? 1 : (double) covered / (length - 2);
  }

  /** Notes the attention that a row has paid to its source in this step, times a scale. */
  void cover(int row, float[] sums, int from, float scale) {
    int to = slots[row] * longestSource;
    for (int s = 0; s < encoded.length(sources[row]); s++) {
      coverage[to + s] = Math.max(coverage[to + s], sums[from + s] * scale);
    }
  }

  /** Tokens fed to a row so far. */
  int position(int row) {
    return positions[slots[row]];
  }

  /** Where the cache of a row begins in a layer's keys and values. */
  int cacheOffset(int row) {
    return self.offset(slots[row]);
  }

  /** Every row has one token more. */
  void advance() {
    for (int row = 0; row < rows; row++) {
      positions[slots[row]]++;
    }
  }

  /** The route of the rows that are decoded now; valid until they change. */
  Route route(int layer) {
    if (!routesCurrent) {
      boolean grown = plans != null && planOfRow.length < rows;
      planOfRow = grown ? new int[slots.length] : planOfRow;
      for (int each = 0; each < routes.length; each++) {
        if (grown || routes[each] == null) {
          routes[each] = budgets.route(each, plans == null ? null : planOfRow);
        }
      }
      for (int row = 0; plans != null && row < rows; row++) {
        planOfRow[row] = plans[sources[row]];
      }
      routesCurrent = true;
    }
    return routes[layer];
  }

  /**
   * Makes row i continue row {@code parents[i]}, or, where that is negative, begin with source −1 −
   * {@code parents[i]}. Rows that nobody continues are gone; a row that several continue is copied.
   *
   * @param count how many of {@code parents} count
   * @return sources that were begun; {@link #begun} names them
   */
  int select(int[] parents, int count) {
    begunCount = 0;
    boolean identity = count == rows;
    for (int i = 0; identity && i < count; i++) {
      identity = parents[i] == i;
    }
    if (identity) {
      return 0;
    }
    growRows(count);
    Arrays.fill(used, false);
    for (int i = 0; i < count; i++) {
      nextSlots[i] = NONE;
      if (parents[i] >= 0) {
        int slot = slots[parents[i]];
        nextSources[i] = sources[parents[i]];
        if (!used[slot]) {
          used[slot] = true;
          nextSlots[i] = slot;
        }
      } else {
        nextSources[i] = -1 - parents[i];
        begun[begunCount++] = nextSources[i];
      }
    }
    takeFreeSlots(parents, count);
    swapRows(count);
    if (begunCount > 0) {
      cross.house(begun, begunCount, this::isLive, rows);
    }
    return begunCount;
  }

  private void takeFreeSlots(int[] parents, int count) {
    int free = 0;
    for (int i = 0; i < count; i++) {
      if (nextSlots[i] == NONE) {
        while (used[free]) {
          free++;
        }
        used[free] = true;
        nextSlots[i] = free;
        if (parents[i] >= 0) {
          copySlot(slots[parents[i]], free);
        } else {
          positions[free] = 0;
          Arrays.fill(coverage, free * longestSource, (free + 1) * longestSource, 0f);
        }
      }
    }
  }

  private void swapRows(int count) {
    int[] freeSlots = slots;
    int[] freeSources = sources;
    slots = nextSlots;
    sources = nextSources;
    nextSlots = freeSlots;
    nextSources = freeSources;
    rows = count;
    routesCurrent = false;
  }

  private boolean isLive(int source) {
    for (int row = 0; row < rows; row++) {
      if (sources[row] == source) {
        return true;
      }
    }
    return false;
  }

  /** A source that the last {@link #select} began, by number. */
  int begun(int i) {
    return begun[i];
  }

  /** Makes room for one more token of each row. */
  void reserveStep() {
    for (int row = 0; row < rows; row++) {
      self.reserveAfter(position(row));
    }
  }

  private void growRows(int count) {
    if (nextSlots.length < count) {
      slots = Arrays.copyOf(slots, count);
      sources = Arrays.copyOf(sources, count);
      nextSlots = new int[count];
      nextSources = new int[count];
      begun = new int[count];
    }
    if (self.slots() < count) {
      self.growSlots(count);
      coverage = Arrays.copyOf(coverage, count * longestSource);
      positions = Arrays.copyOf(positions, count);
      used = new boolean[count];
    }
  }

  private void copySlot(int from, int to) {
    self.copy(from, to, positions[from]);
    System.arraycopy(coverage, from * longestSource, coverage, to * longestSource, longestSource);
    positions[to] = positions[from];
  }
}
