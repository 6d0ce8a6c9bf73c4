package io.sluice.moe.statistics;

import io.sluice.moe.statistics.LayerSummary.BelowThreshold;
import java.util.ArrayList;
import java.util.List;

/** Adds up the activations of one layer, token by token. Not thread-safe. */
public final class LayerStatistics {
  private static final double ALWAYS_ON = 0.95;
  private static final double[] THRESHOLDS = {0, 1e-4, 1e-3, 1e-2, 1e-1};

  private final float[] outputLengths;
  private final int neurons;
  private final long[] counts; // tokens at which each neuron is active
  private final double[] mass; // sum of each neuron's activations
  private final long[] tokensByInactive;
  private final long[] below = new long[THRESHOLDS.length];
  private final Concentration.Mean massOfToken;
  private final Concentration.Mean contributionOfToken;
  private final RealBatches batches;
  private long tokens;

  /**
   * Nothing seen yet.
   *
   * @param outputLengths length of each neuron's row of W2, shape (F), F at least 1
   */
  public LayerStatistics(float[] outputLengths) {
    this.outputLengths = outputLengths.clone();
    this.neurons = outputLengths.length;
    this.counts = new long[neurons];
    this.mass = new double[neurons];
    this.tokensByInactive = new long[neurons + 1];
    this.massOfToken = new Concentration.Mean(neurons);
    this.contributionOfToken = new Concentration.Mean(neurons);
    this.batches = new RealBatches(neurons);
  }

  /**
   * Adds tokens that the layer saw at once.
   *
   * @param activations after ReLU, shape (rows, F); may be longer, is not kept
   */
  public void add(float[] activations, int rows) {
    for (int row = 0; row < rows; row++) {
      addToken(activations, row * neurons);
    }
    batches.add(activations, rows);
    tokens += rows;
  }

  private void addToken(float[] activations, int from) {
    float largest = 0;
    int inactive = neurons;
    for (int neuron = 0; neuron < neurons; neuron++) {
      float value = activations[from + neuron];
      if (value > 0) {
        inactive--;
        counts[neuron]++;
        mass[neuron] += value;
        largest = Math.max(largest, value);
      }
    }
    tokensByInactive[inactive]++;
    for (int i = 0; i < THRESHOLDS.length; i++) {
      below[i] += atMost(activations, from, THRESHOLDS[i] * largest);
    }
    massOfToken.add(activations, from, null);
    contributionOfToken.add(activations, from, outputLengths);
  }

  private int atMost(float[] activations, int from, double limit) {
    int count = 0;
    for (int neuron = 0; neuron < neurons; neuron++) {
      count += activations[from + neuron] <= limit ? 1 : 0;
    }
    return count;
  }

  /** Tokens so far. */
  public long tokens() {
    return tokens;
  }

  /**
   * What was seen so far.
   *
   * @throws IllegalStateException if no token was
   */
  public LayerSummary summary() {
    if (tokens == 0) {
      throw new IllegalStateException("no tokens, no statistics");
    }
    int dead = 0;
    int alwaysOn = 0;
    double[] contribution = new double[neurons];
    for (int neuron = 0; neuron < neurons; neuron++) {
      dead += counts[neuron] == 0 ? 1 : 0;
      alwaysOn += counts[neuron] > ALWAYS_ON * tokens ? 1 : 0;
      contribution[neuron] = mass[neuron] * outputLengths[neuron];
    }
    List<BelowThreshold> nearlyInactive = new ArrayList<>();
    for (int i = 0; i < THRESHOLDS.length; i++) {
      nearlyInactive.add(new BelowThreshold(THRESHOLDS[i], below[i] / ((double) tokens * neurons)));
    }
    List<UnionPoint> union = new ArrayList<>();
    for (int size = 0; size < RealBatches.SIZES; size++) {
      union.add(
          new UnionPoint(
              1 << size,
              RandomBatches.meanUnion(counts, tokens, 1 << size),
              batches.meanUnion(size),
              batches.batches(size)));
    }
    return new LayerSummary(
        tokens,
        neurons,
        ShareDistribution.of(tokensByInactive),
        dead,
        alwaysOn,
        Concentration.of(mass),
        Concentration.of(contribution),
        massOfToken.result(),
        contributionOfToken.result(),
        nearlyInactive,
        union);
  }
}
