/**
 * Reads model bundles: the Hugging Face directory layout (config.json, tokenizer.json,
 * model.safetensors) from a folder or from the class path. Errors name the file, the tensor, and
 * the expected and the found shape.
 *
 * <p>May import: {@code domain}, Jackson.
 */
package io.sluice.checkpoint;
