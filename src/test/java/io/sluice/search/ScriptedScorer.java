package io.sluice.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Ranks by a script, and checks that a search continues only rows that exist. */
final class ScriptedScorer implements StepScorer {
  /** Natural-log probability of every token after a prefix, the forced first token included. */
  interface Script {
    float[] next(int source, List<Integer> prefix);
  }

  static final int START = 99; // fed to a row before its first token

  private record Row(int source, List<Integer> prefix) {}

  private final Script script;
  private List<Row> rows = List.of();
  private int begun;

  /** Rows of each call so far, by source row. */
  final List<List<Integer>> calls = new ArrayList<>();

  ScriptedScorer(Script script) {
    this.script = script;
  }

  @Override
  public void step(
      int[] parents,
      int[] tokens,
      int count,
      int asked,
      int best,
      int[] ids,
      float[] logProbabilities) {
    List<Row> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (parents[i] < 0) {
        assertThat(tokens[i]).isEqualTo(START);
        assertThat(StepScorer.beginning(parents[i])).isEqualTo(begun++);
        next.add(new Row(begun - 1, List.of()));
        continue;
      }
      Row parent = rows.get(parents[i]);
      List<Integer> prefix = new ArrayList<>(parent.prefix);
      prefix.add(tokens[i]);
      next.add(new Row(parent.source, List.copyOf(prefix)));
      if (i < asked) {
        rank(script.next(parent.source, prefix), best, i * best, ids, logProbabilities);
      }
    }
    rows = next;
    calls.add(next.stream().map(Row::source).toList());
  }

  /** Best first; where fewer tokens exist than asked for, impossible ones fill up. */
  private static void rank(float[] scores, int best, int from, int[] ids, float[] out) {
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(token -> -scores[token]))
            .toList();
    Arrays.fill(ids, from, from + best, scores.length - 1);
    Arrays.fill(out, from, from + best, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < Math.min(best, scores.length); i++) {
      ids[from + i] = order.get(i);
      out[from + i] = scores[order.get(i)];
    }
  }
}
