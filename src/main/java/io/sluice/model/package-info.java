/**
 * The Transformer: encoder, decoder, typed decoder state (key-value cache), loader. Pre-norm with a
 * final layer norm in both halves, ReLU, tied embeddings: NLLB's and M2M100's architecture.
 *
 * <p>Sequences of a batch are packed one after the other, without padding. May import: {@code nn},
 * {@code tensor}, {@code checkpoint}.
 */
package io.sluice.model;
