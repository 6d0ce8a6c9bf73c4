/**
 * Makes an expert model out of a dense one: drives the model over text, cuts the neurons of its
 * feed-forward layers into experts, and writes a bundle in which they lie side by side. Or fits
 * anew to a bundle that is cut: to the weights that run with few experts. Deterministic by seed.
 *
 * <p>May import: {@code domain}, {@code text}, {@code tensor}, {@code nn}, {@code moe}, {@code
 * checkpoint}, {@code model}, {@code engine}, {@code search}, Jackson, DL4J and its ND4J. Only
 * {@code cli} imports it.
 */
package io.sluice.moefy;
