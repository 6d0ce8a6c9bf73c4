package io.sluice.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.search.BruteForce.Output;
import io.sluice.search.Hypothesis.Ending;
import io.sluice.search.ScriptedScorer.Script;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest {
  private static final int END = BruteForce.END;
  private static final int START = ScriptedScorer.START;
  private static final int VOCABULARY = 4;
  private static final int EXHAUSTIVE = 64; // more than all prefixes of 3 tokens up to depth 4
  private static final int SEEDS = 40;

  @Test
  void shouldTakeTheMostLikelyTokensWhenGreedy() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Script script = BruteForce.random(VOCABULARY, seed);
      int[] caps = {4, 1, 3, 4, 2};
      List<Hypothesis> found = run(new GreedySearch(START, END), script, caps);
      for (int source = 0; source < caps.length; source++) {
        assertSame(found.get(source), BruteForce.greedy(script, source, caps[source]));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.6, 1})
  void shouldFindTheBestOfAllOutputsWhenTheBeamHoldsThemAll(double lengthPenalty) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Script script = BruteForce.random(VOCABULARY, seed);
      int[] caps = {4, 3, 1, 2, 4};
      List<Hypothesis> found =
          run(new BeamSearch(START, END, EXHAUSTIVE, lengthPenalty), script, caps);
      for (int source = 0; source < caps.length; source++) {
        assertSame(found.get(source), best(script, source, caps[source], lengthPenalty));
      }
    }
  }

  @Test
  void shouldPreferLongerOutputsWhenLengthIsNormalised() {
    int shorter = 0;
    int longer = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Script script = BruteForce.random(VOCABULARY, seed);
      int plain = run(new BeamSearch(START, END, EXHAUSTIVE, 0), script, 4).get(0).steps();
      int normalised = run(new BeamSearch(START, END, EXHAUSTIVE, 1), script, 4).get(0).steps();
      shorter += normalised < plain ? 1 : 0;
      longer += normalised > plain ? 1 : 0;
    }
    assertThat(shorter).isZero();
    assertThat(longer).isGreaterThan(SEEDS / 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void shouldNeverClaimMoreThanTheBestOutputWhenTheBeamIsNarrow(int beam) {
    int missed = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Script script = BruteForce.random(VOCABULARY, seed);
      Hypothesis found = run(new BeamSearch(START, END, beam, 1), script, 4).get(0);
      Output same =
          BruteForce.all(script, 0, 4).stream()
              .filter(o -> o.tokens().equals(tokens(found)) && o.steps() == found.steps())
              .findAny()
              .orElseThrow();
      assertSame(found, same);
      double best = best(script, 0, 4, 1).normalised(1);
      assertThat(same.normalised(1)).isLessThanOrEqualTo(best + 1e-6);
      missed += same.normalised(1) < best - 1e-6 ? 1 : 0;
    }
    assertThat(missed).isLessThan(SEEDS / 2);
  }

  @Test
  void shouldGiveTheSameToEachRowWhateverIsBesideIt() {
    int[] caps = {4, 2, 3, 1, 4, 4, 3};
    for (Search search : List.of(new GreedySearch(START, END), new BeamSearch(START, END, 2, 1))) {
      for (int seed = 0; seed < SEEDS; seed++) {
        Script script = BruteForce.random(VOCABULARY, seed);
        List<Hypothesis> together = run(search, script, caps);
        for (int row = 0; row < caps.length; row++) {
          int source = row;
          Hypothesis alone =
              run(search, (unused, prefix) -> script.next(source, prefix), caps[row]).get(0);
          assertThat(together.get(row).tokens()).isEqualTo(alone.tokens());
          assertThat(together.get(row).logProbabilities()).isEqualTo(alone.logProbabilities());
          assertThat(together.get(row).margins()).isEqualTo(alone.margins());
          assertThat(together.get(row).ending()).isEqualTo(alone.ending());
        }
      }
    }
  }

  @Test
  void shouldStopAskingForRowsThatAreFinished() {
    // row r writes r tokens and then ends
    Script script =
        (source, prefix) -> prefix.size() > source ? certain(END) : certain(1 + source % 3);
    ScriptedScorer scorer = new ScriptedScorer(script);
    int[] caps = {9, 9, 9, 9};
    Set<Integer> told = new HashSet<>();
    new GreedySearch(START, END)
        .search(
            scorer,
            first(4),
            caps,
            4,
            (row, hypothesis) -> {
              assertThat(told.add(row)).isTrue();
              assertThat(hypothesis.tokens()).hasSize(row);
              assertThat(scorer.calls).hasSize(row + 2);
              assertThat(scorer.calls.get(row + 1).get(hypothesis.row())).isEqualTo(row);
            });
    assertThat(told).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(scorer.calls)
        .containsExactly(
            List.of(0, 1, 2, 3), List.of(0, 1, 2, 3), List.of(1, 2, 3), List.of(2, 3), List.of(3));
  }

  @Test
  void shouldLetWaitingRowsBeginWhenOthersAreFinished() {
    // row r writes r tokens and then ends
    Script script =
        (source, prefix) -> prefix.size() > source ? certain(END) : certain(1 + source % 3);
    ScriptedScorer scorer = new ScriptedScorer(script);
    int[] caps = {9, 9, 9, 9};
    var unused =
        new GreedySearch(START, END)
            .search(
                scorer,
                first(4),
                caps,
                2,
                (row, hypothesis) -> assertThat(hypothesis.tokens()).hasSize(row));
    assertThat(scorer.calls)
        .containsExactly(
            List.of(0, 1),
            List.of(0, 1),
            List.of(1, 2), // 0 is finished; 2 is fed its start
            List.of(2, 3),
            List.of(2, 3),
            List.of(2, 3),
            List.of(3),
            List.of(3));
  }

  @Test
  void shouldGiveTheSameToEachRowHoweverManyAreSideBySide() {
    int[] caps = {4, 2, 3, 1, 4, 4, 3};
    for (Search search : List.of(new GreedySearch(START, END), new BeamSearch(START, END, 2, 1))) {
      for (int seed = 0; seed < SEEDS; seed++) {
        Script script = BruteForce.random(VOCABULARY, seed);
        List<Hypothesis> together = run(search, script, caps);
        for (int width = 1; width < caps.length; width++) {
          List<Hypothesis> pooled =
              search.search(
                  new ScriptedScorer(script), first(caps.length), caps, width, (row, h) -> {});
          for (int row = 0; row < caps.length; row++) {
            assertThat(pooled.get(row).tokens()).isEqualTo(together.get(row).tokens());
            assertThat(pooled.get(row).logProbabilities())
                .isEqualTo(together.get(row).logProbabilities());
            assertThat(pooled.get(row).steps()).isEqualTo(together.get(row).steps());
          }
        }
      }
    }
  }

  @Test
  void shouldEndABeamRowWhenNothingUnfinishedCanWin() {
    Script script = (source, prefix) -> prefix.size() > source ? certain(END) : certain(1);
    ScriptedScorer scorer = new ScriptedScorer(script);
    List<Hypothesis> found =
        new BeamSearch(START, END, 2, 1)
            .search(scorer, first(3), new int[] {50, 50, 50}, 3, (r, h) -> {});
    assertThat(found).extracting(h -> h.tokens().length).containsExactly(0, 1, 2);
    assertThat(scorer.calls.size()).isLessThan(50);
    assertThat(scorer.calls.get(scorer.calls.size() - 1)).doesNotContain(0);
  }

  @Test
  void shouldCutOffAtTheCapWhenTheModelDoesNotEnd() {
    // 1, 2, 3, 1, 2, 3, … but never ends; too short for the repetition guard
    Script script = (source, prefix) -> certain(1 + (prefix.size() - 1) % 3);
    for (Search search : List.of(new GreedySearch(START, END), new BeamSearch(START, END, 3, 1))) {
      Hypothesis found = run(search, script, 10).get(0);
      assertThat(found.ending()).isEqualTo(Ending.LENGTH_CAP);
      assertThat(found.tokens()).containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3, 1);
      assertThat(found.logProbabilities()).hasSize(10);
    }
  }

  @Test
  void shouldStopRepetitionAndLeaveNeighboursAlone() {
    Script script =
        (source, prefix) ->
            source == 0
                ? certain(1)
                : prefix.size() > 30 ? certain(END) : certain(1 + pseudo(prefix.size()));
    for (Search search : List.of(new GreedySearch(START, END), new BeamSearch(START, END, 2, 1))) {
      List<Hypothesis> found = run(search, script, 100, 100);
      assertThat(found.get(0).ending()).isEqualTo(Ending.REPETITION);
      assertThat(found.get(0).tokens()).hasSize(RepetitionGuard.SHORTEST_RUN).containsOnly(1);
      assertThat(found.get(1).ending()).isEqualTo(Ending.END_OF_SENTENCE);
      assertThat(found.get(1).tokens()).hasSize(30);
    }
  }

  @Test
  void shouldSeePatternsOnlyWhenTheyRepeatLongEnough() {
    int[] pairs = IntStream.range(0, 18).map(i -> 1 + i % 2).toArray();
    assertThat(RepetitionGuard.repeats(pairs, 18)).isTrue();
    assertThat(RepetitionGuard.repeats(pairs, 17)).isFalse();
    int[] twelve = IntStream.range(0, 72).map(i -> i % 12).toArray();
    assertThat(RepetitionGuard.repeats(twelve, 72)).isTrue();
    assertThat(RepetitionGuard.repeats(twelve, 71)).isFalse();
    int[] thirteen = IntStream.range(0, 130).map(i -> i % 13).toArray();
    assertThat(RepetitionGuard.repeats(thirteen, 130)).isFalse();
    int[] broken = pairs.clone();
    broken[9] = 7;
    assertThat(RepetitionGuard.repeats(broken, 18)).isFalse();
  }

  private static int pseudo(int step) {
    return (step * step / 3 + step) % 3;
  }

  /** Nearly all probability on one token, the rest shared. */
  private static float[] certain(int token) {
    float[] scores = new float[VOCABULARY];
    Arrays.fill(scores, (float) Math.log(0.01));
    scores[token] = (float) Math.log(0.97);
    return scores;
  }

  private static Output best(Script script, int source, int cap, double lengthPenalty) {
    return BruteForce.all(script, source, cap).stream()
        .max(Comparator.comparingDouble(output -> output.normalised(lengthPenalty)))
        .orElseThrow();
  }

  private static List<Hypothesis> run(Search search, Script script, int... caps) {
    return search.search(
        new ScriptedScorer(script), first(caps.length), caps, caps.length, (row, h) -> {});
  }

  private static int[] first(int rows) {
    int[] first = new int[rows];
    Arrays.fill(first, BruteForce.FIRST);
    return first;
  }

  private static List<Integer> tokens(Hypothesis hypothesis) {
    return Arrays.stream(hypothesis.tokens()).boxed().toList();
  }

  private static void assertSame(Hypothesis found, Output expected) {
    assertThat(tokens(found)).isEqualTo(expected.tokens());
    assertThat(found.steps()).isEqualTo(expected.steps());
    assertThat(found.ending())
        .isEqualTo(expected.ended() ? Ending.END_OF_SENTENCE : Ending.LENGTH_CAP);
    assertThat(found.sum()).isCloseTo(expected.sum(), within(1e-5));
    assertThat(found.logProbabilities()).hasSize(expected.steps());
    assertThat(found.margins()).hasSize(expected.steps());
  }
}
