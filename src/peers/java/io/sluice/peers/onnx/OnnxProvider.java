package io.sluice.peers.onnx;

import io.sluice.peers.PeerEngine;
import io.sluice.peers.PeerException;
import io.sluice.peers.PeerProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens {@code encoder.onnx} and {@code decoder_step.onnx} of a folder. */
public final class OnnxProvider implements PeerProvider {

  @Override
  public PeerEngine open(Path folder, int workers) {
    for (String graph : new String[] {OnnxWorker.ENCODER, OnnxWorker.DECODER}) {
      if (!Files.isReadable(folder.resolve(graph))) {
        throw new PeerException("there is no " + folder.resolve(graph));
      }
    }
    return new OnnxEngine(folder, workers);
  }
}
