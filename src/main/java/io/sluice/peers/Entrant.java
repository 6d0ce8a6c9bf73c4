package io.sluice.peers;

/**
 * Who takes part in a race.
 *
 * @param threads batches that it translates side by side, at least 1
 */
public record Entrant(Contender contender, int threads) {

  public Entrant {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, are " + threads);
    }
  }
}
