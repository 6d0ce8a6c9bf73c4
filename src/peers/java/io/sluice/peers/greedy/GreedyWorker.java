package io.sluice.peers.greedy;

import io.sluice.peers.PeerEngine.PeerBatch;
import java.util.List;

/** One thread's part of an engine. Not thread-safe. */
public interface GreedyWorker extends AutoCloseable {

  /**
   * Translates a batch, see {@link io.sluice.peers.PeerEngine#translate}.
   *
   * @throws io.sluice.peers.PeerException if the engine fails
   */
  PeerBatch translate(List<int[]> sources, int start, int[] languages, int[] caps, int end);

  @Override
  void close();
}
