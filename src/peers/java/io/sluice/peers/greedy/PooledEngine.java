package io.sluice.peers.greedy;

import io.sluice.peers.PeerEngine;
import io.sluice.peers.PeerException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * As many workers of one thread as translate at once: the best way of these engines, whose inner
 * threads hardly help. Thread-safe.
 */
public final class PooledEngine implements PeerEngine {
  private final String name;
  private final List<GreedyWorker> workers;
  private final BlockingQueue<GreedyWorker> free;

  /**
   * An engine.
   *
   * @param workers closed with it
   */
  public PooledEngine(String name, List<GreedyWorker> workers) {
    this.name = name;
    this.workers = List.copyOf(workers);
    this.free = new ArrayBlockingQueue<>(workers.size(), false, workers);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public PeerBatch translate(List<int[]> sources, int start, int[] languages, int[] caps, int end) {
    GreedyWorker worker;
    try {
      worker = free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted", e);
    }
    try {
      return worker.translate(sources, start, languages, caps, end);
    } finally {
      free.add(worker);
    }
  }

  @Override
  public void close() {
    workers.forEach(GreedyWorker::close);
  }
}
