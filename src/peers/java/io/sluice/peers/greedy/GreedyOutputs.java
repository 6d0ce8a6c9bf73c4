package io.sluice.peers.greedy;

import io.sluice.tensor.Kernels;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the rows of a batch have said so far. Not thread-safe. */
public final class GreedyOutputs {
  /** What rows are fed that are done. */
  public static final long PADDING = 1;

  private final Kernels kernels;
  private final int[] caps;
  private final int end;
  private final int[] lengths;
  private final boolean[] done;
  private final int[][] tokens;
  private final float[][] logProbabilities;
  private final int[] best = new int[2];
  private final float[] values = new float[2];
  private int open;

  /**
   * Nothing yet.
   *
   * @param kernels find the best words
   * @param caps longest output of each row in tokens, the end of the sentence included, shape (B)
   * @param end the token that ends a sentence
   */
  public GreedyOutputs(Kernels kernels, int[] caps, int end) {
    int rows = caps.length;
    this.kernels = kernels;
    this.caps = caps;
    this.end = end;
    this.lengths = new int[rows];
    this.done = new boolean[rows];
    this.tokens = new int[rows][];
    this.logProbabilities = new float[rows][];
    for (int i = 0; i < rows; i++) {
      tokens[i] = new int[caps[i]];
      logProbabilities[i] = new float[caps[i]];
    }
    this.open = rows;
  }

  /** Rows that are not done. */
  public int open() {
    return open;
  }

  /**
   * The best word of every open row, with the same statistics as our own engine computes.
   *
   * @param logits shape (B, V)
   * @param row room for V
   * @param feed written: what each row is fed next, shape (B)
   */
  public void choose(FloatBuffer logits, float[] row, long[] feed) {
    for (int i = 0; i < done.length; i++) {
      if (done[i]) {
        continue;
      }
      logits.get(i * row.length, row, 0, row.length);
      kernels.topLogProbabilities(row, 0, row.length, 2, best, values, 0);
      tokens[i][lengths[i]] = best[0];
      logProbabilities[i][lengths[i]] = values[0];
      lengths[i]++;
      feed[i] = best[0];
      if (best[0] == end || lengths[i] == caps[i]) {
        done[i] = true;
        open--;
        feed[i] = PADDING;
      }
    }
  }

  /** Of each row, without the end of the sentence. */
  public List<int[]> tokens() {
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      int length = lengths[i];
      boolean ended = length > 0 && tokens[i][length - 1] == end;
      all.add(Arrays.copyOf(tokens[i], ended ? length - 1 : length));
    }
    return all;
  }

  /** Of each row's tokens, and of its end. */
  public List<float[]> logProbabilities() {
    List<float[]> all = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      all.add(Arrays.copyOf(logProbabilities[i], lengths[i]));
    }
    return all;
  }
}
