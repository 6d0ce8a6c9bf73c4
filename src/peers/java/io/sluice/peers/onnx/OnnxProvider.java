package io.sluice.peers.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.sluice.peers.PeerEngine;
import io.sluice.peers.PeerException;
import io.sluice.peers.PeerProvider;
import io.sluice.peers.greedy.GreedyWorker;
import io.sluice.peers.greedy.PooledEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens {@code encoder.onnx} and {@code decoder_step.onnx} of a folder. */
public final class OnnxProvider implements PeerProvider {

  @Override
  public Format format() {
    return Format.ONNX;
  }

  @Override
  public PeerEngine open(Path folder, int workers) {
    for (String graph : new String[] {OnnxWorker.ENCODER, OnnxWorker.DECODER}) {
      if (!Files.isReadable(folder.resolve(graph))) {
        throw new PeerException("there is no " + folder.resolve(graph));
      }
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    List<GreedyWorker> opened = new ArrayList<>();
    try {
      for (int i = 0; i < workers; i++) {
        opened.add(new OnnxWorker(environment, folder));
      }
    } catch (OrtException e) {
      opened.forEach(GreedyWorker::close);
      throw new PeerException("ONNX Runtime cannot load " + folder + ": " + e.getMessage(), e);
    }
    return new PooledEngine("ONNX Runtime " + environment.getVersion(), opened);
  }
}
