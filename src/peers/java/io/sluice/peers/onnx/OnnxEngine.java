package io.sluice.peers.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.sluice.peers.PeerEngine;
import io.sluice.peers.PeerException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * As many sessions of one thread as there are workers, its best way: inner threads hardly help.
 * Thread-safe.
 */
final class OnnxEngine implements PeerEngine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final List<OnnxWorker> workers = new ArrayList<>();
  private final BlockingQueue<OnnxWorker> free;

  OnnxEngine(Path folder, int count) {
    this.free = new ArrayBlockingQueue<>(count);
    try {
      for (int i = 0; i < count; i++) {
        workers.add(new OnnxWorker(environment, folder));
      }
    } catch (OrtException e) {
      close();
      throw new PeerException("ONNX Runtime cannot load " + folder + ": " + e.getMessage(), e);
    }
    free.addAll(workers);
  }

  @Override
  public String name() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public PeerBatch translate(List<int[]> sources, int start, int[] languages, int[] caps, int end) {
    OnnxWorker worker;
    try {
      worker = free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted", e);
    }
    try {
      return worker.translate(sources, start, languages, caps, end);
    } catch (OrtException e) {
      throw new PeerException("ONNX Runtime failed: " + e.getMessage(), e);
    } finally {
      free.add(worker);
    }
  }

  @Override
  public void close() {
    workers.forEach(OnnxWorker::close);
    workers.clear();
  }
}
