package io.sluice.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Sizes and special ids of an M2M100-style model, as in its config.json.
 *
 * @param width D
 * @param encoderLayers layers of the encoder
 * @param decoderLayers layers of the decoder
 * @param encoderHeads H of the encoder
 * @param decoderHeads H of the decoder
 * @param encoderHidden F of the encoder
 * @param decoderHidden F of the decoder
 * @param vocabulary V
 * @param scaleEmbedding true if embeddings are multiplied by √D
 * @param startToken first token fed to the decoder
 * @param endToken end of a sentence
 */
public record TransformerConfig(
    int width,
    int encoderLayers,
    int decoderLayers,
    int encoderHeads,
    int decoderHeads,
    int encoderHidden,
    int decoderHidden,
    int vocabulary,
    boolean scaleEmbedding,
    int startToken,
    int endToken) {

  /**
   * Reads config.json.
   *
   * @throws CheckpointException if the architecture is another one or a size is missing
   */
  public static TransformerConfig read(JsonNode json) {
    String type = json.path("model_type").asText();
    if (!type.equals("m2m_100")) {
      throw new CheckpointException("config.json: model_type is '" + type + "', served is m2m_100");
    }
    String activation = json.path("activation_function").asText("relu");
    if (!activation.equals("relu")) {
      throw new CheckpointException(
          "config.json: activation_function is '" + activation + "', served is relu");
    }
    return new TransformerConfig(
        size(json, "d_model"),
        size(json, "encoder_layers"),
        size(json, "decoder_layers"),
        size(json, "encoder_attention_heads"),
        size(json, "decoder_attention_heads"),
        size(json, "encoder_ffn_dim"),
        size(json, "decoder_ffn_dim"),
        size(json, "vocab_size"),
        json.path("scale_embedding").asBoolean(true),
        size(json, "decoder_start_token_id"),
        size(json, "eos_token_id"));
  }

  private static int size(JsonNode json, String name) {
    int value = json.path(name).asInt(-1);
    if (value < 1) {
      throw new CheckpointException("config.json: " + name + " is missing or not positive");
    }
    return value;
  }
}
