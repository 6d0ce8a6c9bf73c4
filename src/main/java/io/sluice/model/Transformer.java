package io.sluice.model;

import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.tensor.MatrixBackend;

/**
 * A loaded model. Immutable and thread-safe; closing frees the weights.
 *
 * @param config its sizes
 * @param experts how its layers are cut
 * @param encoder its encoder
 * @param decoder its decoder
 * @param parameters number of stored values
 * @param digest SHA-256 of the weights file
 * @param storedType type of the stored weights: F32, F16 or BF16
 * @param backend holds the weights
 */
public record Transformer(
    TransformerConfig config,
    ExpertsConfig experts,
    Encoder encoder,
    Decoder decoder,
    long parameters,
    String digest,
    String storedType,
    MatrixBackend backend)
    implements AutoCloseable {

  @Override
  public void close() {
    backend.close();
  }
}
