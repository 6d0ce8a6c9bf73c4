package io.sluice.model;

import io.sluice.moe.ExpertLayer;
import io.sluice.moe.Router;
import io.sluice.tensor.MatrixBackend;

/** Which router an expert layer gets: its own, or another one to compare it with. */
public interface RouterChoice {
  /** The trained gate network of the bundle. */
  RouterChoice TRAINED = (backend, layer, mean, trained) -> trained;

  /**
   * Chooses.
   *
   * @param backend may hold weights
   * @param mean shape (F): mean activations over all tokens
   * @param trained the bundle's own
   */
  Router of(MatrixBackend backend, ExpertLayer layer, float[] mean, Router trained);
}
