package io.sluice.peers;

import io.sluice.peers.Contender.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Contenders translate the same batches and take turns, a block of batches at a time, so that what
 * slows the machine down slows all of them. The order of a block's turns is drawn anew, by a fixed
 * seed: what one leaves behind, such as rubbish to collect, falls on each of the others. Call from
 * one thread.
 */
public final class Race {
  private static final int BLOCK_SENTENCES = 64;
  private static final long SEED = 7;

  private final List<Entrant> entrants;
  private final List<List<String>> batches;

  /**
   * A race.
   *
   * @param batches the same for all
   * @param threads batches side by side
   */
  public Race(List<Contender> contenders, List<List<String>> batches, int threads) {
    this(contenders.stream().map(each -> new Entrant(each, threads)).toList(), batches);
  }

  /**
   * A race of entrants that differ in their threads.
   *
   * @param batches the same for all
   */
  public Race(List<Entrant> entrants, List<List<String>> batches) {
    this.entrants = List.copyOf(entrants);
    this.batches = List.copyOf(batches);
  }

  /**
   * What one contender did.
   *
   * @param texts in the order of the batches
   * @param meanLogProbabilities of each text
   * @param tokens target tokens of one repetition
   * @param times of each repetition
   */
  public record Result(
      String name,
      List<String> texts,
      List<Double> meanLogProbabilities,
      long tokens,
      List<Times> times) {}

  /**
   * How long one repetition took, block by block.
   *
   * @param whole wall time in seconds, from text to text
   * @param decode seconds of decoding, summed over the batches, shared out to the threads
   */
  public record Times(List<Double> whole, List<Double> decode) {}

  private static final class Lane {
    private final List<String> texts = new ArrayList<>();
    private final List<Double> means = new ArrayList<>();
    private final List<Times> times = new ArrayList<>();
    private final Contender contender;
    private final int threads;
    private final ExecutorService workers;
    private long tokens;

    Lane(Entrant entrant) {
      contender = entrant.contender();
      threads = entrant.threads();
      workers = Executors.newFixedThreadPool(entrant.threads());
    }

    /** Ends the workers; where one contender failed, others may still be at work. */
    void stop() {
      workers.shutdownNow();
      try {
        if (!workers.awaitTermination(1, TimeUnit.MINUTES)) {
          throw new PeerException("a worker of " + contender.name() + " does not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    Result result() {
      return new Result(
          contender.name(),
          List.copyOf(texts),
          List.copyOf(means),
          tokens,
          List.copyOf(times.subList(1, times.size())));
    }
  }

  /**
   * Runs it.
   *
   * @param repeat repetitions that count; one more goes before them to warm up
   * @param progress told after each repetition how many are done
   * @return one result for each contender, in order
   */
  public List<Result> run(int repeat, java.util.function.IntConsumer progress) {
    List<Lane> lanes = entrants.stream().map(Lane::new).toList();
    Random random = new Random(SEED);
    try {
      for (int repetition = 0; repetition <= repeat; repetition++) {
        repeat(lanes, repetition == 0, random);
        progress.accept(repetition + 1);
      }
    } finally {
      lanes.forEach(Lane::stop);
    }
    return lanes.stream().map(Lane::result).toList();
  }

  private void repeat(List<Lane> lanes, boolean keep, Random random) {
    lanes.forEach(lane -> lane.times.add(new Times(new ArrayList<>(), new ArrayList<>())));
    List<Lane> turns = new ArrayList<>(lanes);
    int size = blockSize();
    for (int from = 0; from < batches.size(); from += size) {
      List<List<String>> part = batches.subList(from, Math.min(batches.size(), from + size));
      Collections.shuffle(turns, random);
      turns.forEach(lane -> time(lane, part, keep));
    }
  }

  /** Batches of a block: enough sentences, and several batches for each thread. */
  private int blockSize() {
    int rows = batches.stream().mapToInt(List::size).max().orElse(1);
    int threads = entrants.stream().mapToInt(Entrant::threads).max().orElse(1);
    int enough = (BLOCK_SENTENCES + rows - 1) / rows;
    return threads == 1 ? enough : Math.max(enough, 4 * threads);
  }

  private static void time(Lane lane, List<List<String>> part, boolean keep) {
    long started = System.nanoTime();
    List<Future<Answer>> running = new ArrayList<>();
    for (List<String> batch : part) {
      running.add(lane.workers.submit(() -> lane.contender.translate(batch)));
    }
    List<Answer> answers = new ArrayList<>();
    for (Future<Answer> future : running) {
      answers.add(join(future));
    }
    Times now = lane.times.get(lane.times.size() - 1);
    now.whole().add((System.nanoTime() - started) / 1e9);
    long decode = answers.stream().mapToLong(Answer::decodeNanos).sum();
    now.decode().add(decode / 1e9 / lane.threads);
    for (Answer answer : answers) {
      if (keep) {
        lane.texts.addAll(answer.texts());
        lane.means.addAll(answer.meanLogProbabilities());
        lane.tokens += answer.tokens();
      }
    }
  }

  private static Answer join(Future<Answer> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted", e);
    }
  }
}
