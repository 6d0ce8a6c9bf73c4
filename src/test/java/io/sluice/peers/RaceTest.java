package io.sluice.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.peers.Race.Result;
import io.sluice.peers.Race.Times;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RaceTest {
  private static final List<List<String>> BATCHES =
      Collections.nCopies(5, Collections.nCopies(40, "a text"));

  private final List<String> turns = Collections.synchronizedList(new ArrayList<>());

  @Test
  void shouldGiveAllTheSameBatchesInTurns() {
    List<Result> results =
        new Race(List.of(contender("one"), contender("two")), BATCHES, 1).run(2, done -> {});

    assertThat(results).extracting(Result::name).containsExactly("one", "two");
    for (Result result : results) {
      assertThat(result.texts()).hasSize(200).containsOnly("A TEXT");
      assertThat(result.tokens()).isEqualTo(200);
      assertThat(result.times()).hasSize(2);
      for (Times times : result.times()) {
        assertThat(times.whole()).hasSize(3).allMatch(seconds -> seconds > 0);
        assertThat(times.decode()).hasSize(3).allMatch(seconds -> seconds > 0);
      }
    }
    // blocks of two batches, the last of one, in the warm-up and two repetitions: each has its turn
    assertThat(turns).hasSize(30);
    Set<String> first = new HashSet<>();
    for (int block = 0, at = 0; block < 9; block++) {
      int size = block % 3 == 2 ? 1 : 2;
      List<String> both = turns.subList(at, at + 2 * size);
      assertThat(both.subList(0, size)).containsOnly(both.get(0));
      assertThat(both.subList(size, 2 * size)).containsOnly(both.get(2 * size - 1));
      assertThat(both).contains("one", "two");
      first.add(both.get(0));
      at += 2 * size;
    }
    assertThat(first).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void shouldTellProgressAndUseEveryThread() {
    List<Integer> done = new ArrayList<>();

    List<Result> results = new Race(List.of(contender("one")), BATCHES, 2).run(1, done::add);

    assertThat(done).containsExactly(1, 2);
    assertThat(results.get(0).texts()).hasSize(200);
  }

  @Test
  void shouldGiveEachEntrantItsOwnThreads() {
    Map<String, Set<String>> threads = new ConcurrentHashMap<>();
    List<Entrant> entrants = new ArrayList<>();
    for (int count : List.of(1, 2)) {
      CyclicBarrier together = new CyclicBarrier(count);
      entrants.add(
          new Entrant(
              waiting(
                  Integer.toString(count),
                  name -> {
                    threads
                        .computeIfAbsent(name, unused -> ConcurrentHashMap.newKeySet())
                        .add(Thread.currentThread().getName());
                    await(together); // never passed if fewer run side by side
                  }),
              count));
    }

    List<Result> results = new Race(entrants, BATCHES.subList(0, 4)).run(1, done -> {});

    // four batches of 5 ns each
    assertThat(Comparison.decodeSeconds(results.get(0))).isCloseTo(20e-9, within(1e-12));
    assertThat(Comparison.decodeSeconds(results.get(1))).isCloseTo(10e-9, within(1e-12));
    assertThat(threads.get("1")).hasSize(1);
    assertThat(threads.get("2")).hasSize(2);
  }

  @Test
  void shouldPassOnWhatAContenderThrows() {
    Contender failing =
        new Contender() {
          @Override
          public String name() {
            return "failing";
          }

          @Override
          public Answer translate(List<String> texts) {
            throw new PeerException("no");
          }
        };

    assertThatThrownBy(() -> new Race(List.of(failing), BATCHES, 1).run(1, done -> {}))
        .isInstanceOf(PeerException.class)
        .hasMessage("no");
  }

  @Test
  void shouldCompareBlockByBlock() {
    Result own =
        result(0.5, List.of("a", "b"), List.of(-1.0, -2.0), List.of(1.0, 4.0), List.of(2.0, 9.0));
    Result other =
        result(1, List.of("a", "c"), List.of(-1.5, -2.0), List.of(2.0, 12.0), List.of(4.0, 18.0));

    // 2, 3, 2 and 2; of whole repetitions it would be 2.4
    assertThat(Comparison.ratio(own, other)).isEqualTo(2);
    assertThat(Comparison.decodeRatio(own, other)).isEqualTo(4);
    assertThat(Comparison.seconds(own)).isEqualTo(8);
    assertThat(Comparison.decodeSeconds(own)).isEqualTo(4);
    assertThat(Comparison.identicalShare(own, other)).isEqualTo(0.5);
    assertThat(Comparison.logProbabilityDifference(own, other)).isCloseTo(0.5, within(1e-12));
    assertThat(Comparison.median(3, 1, 2, 10)).isEqualTo(2.5);
  }

  @SafeVarargs
  private static Result result(
      double decodeShare, List<String> texts, List<Double> means, List<Double>... repetitions) {
    List<Times> times = new ArrayList<>();
    for (List<Double> blocks : repetitions) {
      times.add(new Times(blocks, blocks.stream().map(seconds -> seconds * decodeShare).toList()));
    }
    return new Result("any", texts, means, 1, times);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Contender contender(String name) {
    return waiting(name, turns::add);
  }

  private static Contender waiting(String name, Consumer<String> called) {
    return new Contender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Answer translate(List<String> texts) {
        called.accept(name);
        return new Answer(
            texts.stream().map(text -> text.toUpperCase(Locale.ROOT)).toList(),
            Collections.nCopies(texts.size(), -1.0),
            texts.size(),
            5);
      }
    };
  }
}
