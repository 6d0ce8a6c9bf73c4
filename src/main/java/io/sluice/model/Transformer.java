package io.sluice.model;

import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.moe.ExpertFeedForward;
import io.sluice.tensor.MatrixBackend;
import java.util.stream.Stream;

/**
 * A loaded model. Immutable and thread-safe; closing frees the weights.
 *
 * @param config its sizes
 * @param experts how its layers are cut
 * @param encoder its encoder
 * @param decoder its decoder
 * @param parameters number of stored values
 * @param digest SHA-256 of model.safetensors, and half a one of the files of experts
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

  /** Whether a layer runs other weights where fewer than all of its experts run. */
  public boolean elastic() {
    return Stream.concat(encoder.feedForwards().stream(), decoder.feedForwards().stream())
        .anyMatch(each -> each instanceof ExpertFeedForward layer && layer.elastic());
  }

  @Override
  public void close() {
    backend.close();
  }
}
