package io.sluice.model;

import io.sluice.nn.Attention;
import io.sluice.nn.Route;
import io.sluice.tensor.WeightMatrix;
import java.util.Arrays;

/**
 * Keys and values of one batch while it is decoded: the only thing that decoding changes. Rows are
 * hypotheses; each owns a slot of the self-attention cache, several may share a source. Not
 * thread-safe: it belongs to one batch. To be closed if its words were restricted.
 */
public final class DecoderState implements AutoCloseable {
  private static final int INITIAL_STEPS = 32; // whole blocks, so are its multiples;

  final int width; // D
  final LayerBudgets budgets;
  private final int[][] plans; // per layer: of each source; null: it has no plans or needs none
  private final Route[] routes; // per layer, of the rows that are decoded now; null: not made yet
  final int[] sourceOffsets; // (B + 1)
  final int[] keyOffsets; // (B + 1): where the keys of each row begin in a layer's crossKeys
  final float[][] crossKeys; // per layer: row after row, each (D, capacity of S)
  final float[][] crossValues; // per layer: (N, D)
  float[][] selfKeys; // per layer: (slots, D, steps)
  float[][] selfValues; // per layer: (slots, steps, D)
  float[] coverage; // (slots, longest source): largest attention weight so far
  final int longestSource;
  int steps; // capacity of the cache
  int position; // tokens fed so far
  int[] slots; // of each row
  int[] sources; // of each row
  WeightMatrix words; // output projection of some words; null: of all
  private int slotCount;
  private final float[] droppedMass; // (B): sum over the rows decoded so far
  private final int[] droppedRows; // (B): how many these were

  DecoderState(int layers, int width, EncoderOutput encoded, LayerBudgets budgets) {
    this.width = width;
    this.budgets = budgets;
    this.plans = new int[layers][];
    this.routes = new Route[layers];
    this.sourceOffsets = encoded.offsets();
    int rows = encoded.rows();
    this.crossKeys = new float[layers][];
    this.crossValues = new float[layers][];
    this.selfKeys = new float[layers][];
    this.selfValues = new float[layers][];
    this.steps = INITIAL_STEPS;
    this.slotCount = rows;
    int longest = 0;
    for (int row = 0; row < rows; row++) {
      longest = Math.max(longest, encoded.length(row));
    }
    this.longestSource = longest;
    this.keyOffsets = new int[rows + 1];
    for (int row = 0; row < rows; row++) {
      keyOffsets[row + 1] = keyOffsets[row] + Attention.capacity(encoded.length(row)) * width;
    }
    this.coverage = new float[rows * longest];
    this.droppedMass = new float[rows];
    this.droppedRows = new int[rows];
    for (int layer = 0; layer < layers; layer++) {
      selfKeys[layer] = new float[rows * width * steps];
      selfValues[layer] = new float[rows * width * steps];
    }
    this.slots = new int[rows];
    this.sources = new int[rows];
    for (int row = 0; row < rows; row++) {
      slots[row] = row;
      sources[row] = row;
    }
  }

  /** Rows that are decoded now. */
  public int rows() {
    return slots.length;
  }

  /** Row of the encoder's batch that a row translates. */
  public int source(int row) {
    return sources[row];
  }

  /** Frees the output projection of some words, if there is one. */
  @Override
  public void close() {
    if (words != null) {
      words.close();
    }
  }

  /**
   * Share of the source tokens of a row, special tokens left out, that received at least the given
   * attention in some step; 1 if there are none.
   */
  public double coverage(int row, float atLeast) {
    int source = sources[row];
    int length = sourceOffsets[source + 1] - sourceOffsets[source];
    int covered = 0;
    for (int s = 1; s < length - 1; s++) {
      if (coverage[slots[row] * longestSource + s] >= atLeast) {
        covered++;
      }
    }
    return length <= 2 ? 1 : (double) covered / (length - 2);
  }

  /**
   * Mean share of the routers' mass, over layers and tokens, that the rows of a source left out, 0
   * to 1; 0 with every expert.
   */
  public double droppedMass(int source) {
    return droppedRows[source] == 0 ? 0 : droppedMass[source] / droppedRows[source];
  }

  /** A step left out shares of each row, mean over the layers. */
  void addDroppedMass(float[] sums, int layers) {
    for (int row = 0; row < sources.length; row++) {
      droppedMass[sources[row]] += sums[row] / layers;
      droppedRows[sources[row]]++;
    }
  }

  /** Sets the plan of each source in one layer. */
  void plan(int layer, int[] planOfSource) {
    plans[layer] = planOfSource;
    routes[layer] = null;
  }

  /** The route of the rows that are decoded now: the same until the rows change. */
  Route route(int layer) {
    if (routes[layer] == null) {
      routes[layer] = budgets.route(layer, plans[layer] == null ? null : planOfRow(plans[layer]));
    }
    return routes[layer];
  }

  private int[] planOfRow(int[] planOfSource) {
    int[] planOfRow = new int[sources.length];
    for (int row = 0; row < sources.length; row++) {
      planOfRow[row] = planOfSource[sources[row]];
    }
    return planOfRow;
  }

  /**
   * Makes row i continue row {@code parents[i]}. Rows that nobody continues leave the batch; a row
   * that several continue is copied.
   */
  void select(int[] parents) {
    boolean identity = parents.length == slots.length;
    for (int i = 0; identity && i < parents.length; i++) {
      identity = parents[i] == i;
    }
    if (identity) {
      return;
    }
    boolean[] used = new boolean[slotCount];
    int[] newSlots = new int[parents.length];
    int[] newSources = new int[parents.length];
    Arrays.fill(newSlots, -1);
    for (int i = 0; i < parents.length; i++) {
      int slot = slots[parents[i]];
      newSources[i] = sources[parents[i]];
      if (!used[slot]) {
        used[slot] = true;
        newSlots[i] = slot;
      }
    }
    int free = 0;
    for (int i = 0; i < parents.length; i++) {
      if (newSlots[i] < 0) {
        while (free < slotCount && used[free]) {
          free++;
        }
        if (free == slotCount) {
          resize(Math.max(parents.length, slotCount), steps);
          used = Arrays.copyOf(used, slotCount);
        }
        used[free] = true;
        copySlot(slots[parents[i]], free);
        newSlots[i] = free;
      }
    }
    slots = newSlots;
    sources = newSources;
    Arrays.fill(routes, null);
  }

  /** Makes room for one more token of each row. */
  void reserveStep() {
    if (position == steps) {
      resize(slotCount, steps * 2);
    }
  }

  private void copySlot(int from, int to) {
    int size = width * steps;
    for (int layer = 0; layer < selfKeys.length; layer++) {
      System.arraycopy(selfKeys[layer], from * size, selfKeys[layer], to * size, size);
      System.arraycopy(selfValues[layer], from * size, selfValues[layer], to * size, size);
    }
    System.arraycopy(coverage, from * longestSource, coverage, to * longestSource, longestSource);
  }

  private void resize(int newSlots, int newSteps) {
    for (int layer = 0; layer < selfKeys.length; layer++) {
      float[] keys = new float[newSlots * width * newSteps];
      for (int row = 0; row < slotCount * width; row++) { // one (slot, d) at a time
        System.arraycopy(selfKeys[layer], row * steps, keys, row * newSteps, position);
      }
      float[] values = new float[newSlots * width * newSteps];
      for (int slot = 0; slot < slotCount; slot++) {
        System.arraycopy(
            selfValues[layer],
            slot * width * steps,
            values,
            slot * width * newSteps,
            width * position);
      }
      selfKeys[layer] = keys;
      selfValues[layer] = values;
    }
    coverage = Arrays.copyOf(coverage, newSlots * longestSource);
    slotCount = newSlots;
    steps = newSteps;
  }
}
