/**
 * The translation engine as a recipe: tokenise, encode, search over the decoder, detokenise,
 * annotate. Knows a budget, not where it comes from; knows no Kafka type.
 *
 * <p>May import: {@code domain}, {@code text}, {@code nn}, {@code tensor}, {@code checkpoint},
 * {@code model}, {@code search}, {@code shortlist}, {@code quality}.
 */
package io.sluice.engine;
