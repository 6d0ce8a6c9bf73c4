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
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    List<GreedyWorker> opened = new ArrayList<>();
    try {
      for (int i = 0; i < workers; i++) {
        opened.add(new PytorchWorker(load(folder, "encoder"), load(folder, "decoder_step")));
      }
    } catch (IOException | MalformedModelException e) {
      opened.forEach(GreedyWorker::close);
      throw new PeerException("PyTorch cannot load " + folder + ": " + e.getMessage(), e);
    }
    return new PooledEngine(ENGINE + " " + Engine.getEngine(ENGINE).getVersion(), opened);
  }

  private static Model load(Path folder, String name) throws IOException, MalformedModelException {
    Model model = Model.newInstance(name, Device.cpu(), ENGINE);
    try {
      model.load(folder, name);
      return model;
    } catch (IOException | MalformedModelException e) {
      model.close();
      throw e;
    }
  }
}
