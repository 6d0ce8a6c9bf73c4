package io.sluice.moe.statistics;

import java.util.Arrays;

/**
 * How few neurons carry most of something.
 *
 * @param carrying80 smallest share of the neurons that carries at least 80 % of it, 0 to 1
 * @param carrying95 the same for 95 %
 */
public record Concentration(double carrying80, double carrying95) {

  /**
   * Of all neurons, the strongest first.
   *
   * @param amounts what each neuron carries, none negative, shape (F)
   */
  static Concentration of(double[] amounts) {
    double[] sorted = amounts.clone();
    Arrays.sort(sorted);
    double total = 0;
    for (double amount : sorted) {
      total += amount;
    }
    return new Concentration(
        (double) needed(sorted, 0.80 * total) / amounts.length,
        (double) needed(sorted, 0.95 * total) / amounts.length);
  }

  private static int needed(double[] ascending, double amount) {
    double carried = 0;
    int neurons = 0;
    while (carried < amount && neurons < ascending.length) {
      carried += ascending[ascending.length - ++neurons];
    }
    return neurons;
  }

  /** The mean of many tokens, each with an order of its own: what an oracle needs. */
  static final class Mean {
    private final int neurons;
    private final double[] amounts; // of the neurons that are active at the token
    private double sum80;
    private double sum95;
    private long tokens;

    Mean(int neurons) {
      this.neurons = neurons;
      this.amounts = new double[neurons];
    }

    /**
     * Adds a token.
     *
     * @param values activations of the token, F from {@code from}, none negative
     * @param scales what each activation counts, shape (F); null: 1
     */
    void add(float[] values, int from, float[] scales) {
      int active = 0;
      double total = 0;
      for (int neuron = 0; neuron < neurons; neuron++) {
        double amount = values[from + neuron] * (scales == null ? 1.0 : scales[neuron]);
        if (amount > 0) {
          amounts[active++] = amount;
          total += amount;
        }
      }
      Arrays.sort(amounts, 0, active);
      double carried = 0;
      int needed = 0;
      while (needed < active && carried < 0.80 * total) {
        carried += amounts[active - ++needed];
      }
      sum80 += needed;
      while (needed < active && carried < 0.95 * total) {
        carried += amounts[active - ++needed];
      }
      sum95 += needed;
      tokens++;
    }

    Concentration result() {
      return new Concentration(sum80 / tokens / neurons, sum95 / tokens / neurons);
    }
  }
}
