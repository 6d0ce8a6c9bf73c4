package io.sluice.shortlist;

import io.sluice.shortlist.LexicalTable.Pair;
import io.sluice.shortlist.Shortlist.Words;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Makes the words of a direction from parallel text.
 *
 * @param likely n: target pieces kept for each source piece besides those that every translation
 *     may use, at least 1
 * @param frequent m: most frequent pieces of the target language that every translation may use, at
 *     least 0
 * @param leastProbability pieces that are less likely are not kept
 * @param rounds of expectation–maximisation, at least 1
 */
public record ShortlistLearner(int likely, int frequent, double leastProbability, int rounds) {

  /** Chosen on validation data, see RATIONALE.md. */
  public static final ShortlistLearner DEFAULT = new ShortlistLearner(10, 1200, 1e-4, 5);

  public ShortlistLearner {
    if (likely < 1 || frequent < 0 || rounds < 1) {
      throw new IllegalArgumentException("likely and rounds at least 1, frequent at least 0");
    }
  }

  /**
   * Learns.
   *
   * @param fixed ids that every translation may use however rare: the end of a sentence, single
   *     characters
   * @param vocabulary number of ids V
   * @param progress told what is being done, for people
   */
  public Words learn(List<Pair> pairs, int[] fixed, int vocabulary, Consumer<String> progress) {
    LexicalTable table = LexicalTable.learn(pairs, vocabulary, rounds, progress);
    BitSet always = new BitSet(vocabulary);
    IntStream.of(fixed).forEach(always::set);
    mostFrequent(pairs, vocabulary).stream().limit(frequent).forEach(always::set);
    int[][] words = new int[vocabulary][];
    for (int piece = 0; piece < vocabulary; piece++) {
      words[piece] =
          IntStream.of(table.best(piece, likely + always.cardinality(), leastProbability))
              .filter(id -> !always.get(id))
              .limit(likely)
              .toArray();
    }
    return new Words(always.stream().toArray(), words);
  }

  /** Target pieces that occur, most frequent first, ties to the smaller id. */
  private static List<Integer> mostFrequent(List<Pair> pairs, int vocabulary) {
    long[] counts = new long[vocabulary];
    for (Pair pair : pairs) {
      for (int piece : pair.target()) {
        counts[piece]++;
      }
    }
    List<Integer> order = new ArrayList<>();
    for (int piece = 0; piece < vocabulary; piece++) {
      if (counts[piece] > 0) {
        order.add(piece);
      }
    }
    order.sort(Comparator.comparingLong((Integer piece) -> -counts[piece]));
    return order;
  }
}
