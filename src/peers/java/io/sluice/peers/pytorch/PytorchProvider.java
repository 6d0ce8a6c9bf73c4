package io.sluice.peers.pytorch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import io.sluice.peers.PeerEngine;
import io.sluice.peers.PeerException;
import io.sluice.peers.PeerProvider;
import io.sluice.peers.greedy.GreedyWorker;
import io.sluice.peers.greedy.PooledEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens {@code encoder.pt} and {@code decoder_step.pt} of a folder. */
public final class PytorchProvider implements PeerProvider {
  private static final String ENGINE = "PyTorch";

  @Override
  public Format format() {
    return Format.TORCHSCRIPT;
  }

  @Override
  public PeerEngine open(Path folder, int workers) {
    if (!Engine.hasEngine(ENGINE)) {
      throw new PeerException("PyTorch is not in this build: mvn -Dpeers -DskipTests package");
    }
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    List<GreedyWorker> opened = new ArrayList<>();
    try {
      for (int i = 0; i < workers; i++) {
        opened.add(worker(folder));
      }
      return new PooledEngine(ENGINE + " " + Engine.getEngine(ENGINE).getVersion(), opened);
    } catch (IOException | MalformedModelException | RuntimeException e) {
      opened.forEach(GreedyWorker::close);
      throw new PeerException("PyTorch cannot load " + folder + ": " + e.getMessage(), e);
    }
  }

  private static GreedyWorker worker(Path folder) throws IOException, MalformedModelException {
    Model encoder = Model.newInstance("encoder", Device.cpu(), ENGINE);
    Model decoder = Model.newInstance("decoder_step", Device.cpu(), ENGINE);
    try {
      encoder.load(folder, encoder.getName());
      decoder.load(folder, decoder.getName());
      return new PytorchWorker(encoder, decoder);
    } catch (IOException | MalformedModelException | RuntimeException e) {
      encoder.close();
      decoder.close();
      throw e;
    }
  }
}
