/**
 * Ways to rank the experts of a layer other than by a trained gate. Oracles compute the whole layer
 * first: they say what the best choice is and save nothing. The others cost little and need no
 * training, at most sums over a text.
 *
 * <p>May import: {@code moe}, {@code nn}, {@code tensor}.
 */
package io.sluice.moe.router;
