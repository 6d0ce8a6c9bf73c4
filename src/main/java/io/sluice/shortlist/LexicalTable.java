package io.sluice.shortlist;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Probabilities t(target piece | source piece) of IBM model 1 (Brown et al. 1993, "The Mathematics
 * of Statistical Machine Translation", §4.2): each target piece stems from one piece of its source
 * sentence, or from an empty one, all equally likely beforehand. Expectation–maximisation from
 * uniform probabilities, in the order of the text: the same text gives the same table. Immutable.
 */
public final class LexicalTable {
  private final int vocabulary;
  private final int[] offsets; // (V + 2): row V is the empty piece
  private final int[] targets; // of each row, ascending
  private final float[] probabilities;

  private LexicalTable(int vocabulary, int[] offsets, int[] targets) {
    this.vocabulary = vocabulary;
    this.offsets = offsets;
    this.targets = targets;
    this.probabilities = new float[targets.length];
    for (int row = 0; row <= vocabulary; row++) {
      Arrays.fill(
          probabilities, offsets[row], offsets[row + 1], 1f / (offsets[row + 1] - offsets[row]));
    }
  }

  /**
   * Pieces of a sentence and of its translation, without special tokens.
   *
   * @param source shape (S)
   * @param target shape (T)
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  public record Pair(int[] source, int[] target) {}

  /**
   * Learns a table.
   *
   * @param vocabulary number of ids V
   * @param rounds of expectation–maximisation, at least 1
   * @param progress told what is being done, for people
   */
  public static LexicalTable learn(
      List<Pair> pairs, int vocabulary, int rounds, Consumer<String> progress) {
    LexicalTable table = together(pairs, vocabulary);
    for (int round = 1; round <= rounds; round++) {
      table.improve(pairs, "round " + round + " of " + rounds, progress);
    }
    return table;
  }

  /** Every target piece that stands in a sentence with a source piece. */
  private static LexicalTable together(List<Pair> pairs, int vocabulary) {
    int[][] sentences = sentencesOf(pairs, vocabulary);
    int[] offsets = new int[vocabulary + 2];
    int[] targets = new int[1 << 16];
    int[] seenWith = new int[vocabulary];
    Arrays.fill(seenWith, -1);
    int count = 0;
    for (int piece = 0; piece <= vocabulary; piece++) {
      offsets[piece] = count;
      int members = piece < vocabulary ? sentences[piece].length : pairs.size();
      for (int i = 0; i < members; i++) {
        for (int target : pairs.get(piece < vocabulary ? sentences[piece][i] : i).target) {
          if (seenWith[target] != piece) {
            seenWith[target] = piece;
            if (count == targets.length) {
              targets = Arrays.copyOf(targets, count / 2 * 3);
            }
            targets[count++] = target;
          }
        }
      }
      Arrays.sort(targets, offsets[piece], count);
    }
    offsets[vocabulary + 1] = count;
    return new LexicalTable(vocabulary, offsets, Arrays.copyOf(targets, count));
  }

  /** Numbers of the sentences that each piece stands in; twice where it stands twice. */
  private static int[][] sentencesOf(List<Pair> pairs, int vocabulary) {
    int[] counts = new int[vocabulary];
    for (Pair pair : pairs) {
      for (int piece : pair.source) {
        counts[piece]++;
      }
    }
    int[][] sentences = new int[vocabulary][];
    for (int piece = 0; piece < vocabulary; piece++) {
      sentences[piece] = new int[counts[piece]];
    }
    for (int i = pairs.size() - 1; i >= 0; i--) {
      for (int piece : pairs.get(i).source) {
        sentences[piece][--counts[piece]] = i;
      }
    }
    return sentences;
  }

  private void improve(List<Pair> pairs, String round, Consumer<String> progress) {
    double[] counts = new double[probabilities.length];
    int[] links = new int[64];
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      int length = pair.source.length;
      links = links.length > length ? links : new int[length * 2];
      for (int target : pair.target) {
        double sum = 0;
        for (int s = 0; s <= length; s++) {
          links[s] = link(s < length ? pair.source[s] : vocabulary, target);
          sum += probabilities[links[s]];
        }
        for (int s = 0; s <= length; s++) {
          counts[links[s]] += probabilities[links[s]] / sum;
        }
      }
      if (i % 1000 == 0) {
        progress.accept(round + ", " + i + " of " + pairs.size() + " sentences");
      }
    }
    for (int row = 0; row <= vocabulary; row++) {
      double sum = 0;
      for (int at = offsets[row]; at < offsets[row + 1]; at++) {
        sum += counts[at];
      }
      for (int at = offsets[row]; at < offsets[row + 1]; at++) {
        probabilities[at] = sum == 0 ? 0 : (float) (counts[at] / sum);
      }
    }
  }

  private int link(int source, int target) {
    return Arrays.binarySearch(targets, offsets[source], offsets[source + 1], target);
  }

  /** t(target | source), 0 for pieces that never stood together. */
  public double probability(int source, int target) {
    int link = link(source, target);
    return link < 0 ? 0 : probabilities[link];
  }

  /**
   * What a source piece usually becomes.
   *
   * @param most how many to return at most
   * @param least probability below which none is returned
   * @return ids, most probable first, ties to the smaller id
   */
  public int[] best(int source, int most, double least) {
    long[] ranked = new long[offsets[source + 1] - offsets[source]];
    int count = 0;
    for (int at = offsets[source]; at < offsets[source + 1]; at++) {
      if (probabilities[at] >= least) {
        // positive floats are ordered as their bits are; the complement puts the largest first
        ranked[count++] = (long) ~Float.floatToIntBits(probabilities[at]) << 32 | targets[at];
      }
    }
    Arrays.sort(ranked, 0, count);
    int[] best = new int[Math.min(most, count)];
    for (int i = 0; i < best.length; i++) {
      best[i] = (int) ranked[i];
    }
    return best;
  }

  /** Number of source–target pairs with a probability. */
  public int size() {
    return targets.length;
  }
}
