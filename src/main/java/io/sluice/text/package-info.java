/**
 * From text to token ids and back: the tokenizer, the cutting of texts into segments, and what must
 * not or need not be translated.
 *
 * <p>May import: {@code domain}, DJL tokenizers, ICU4J, Jackson.
 */
package io.sluice.text;
