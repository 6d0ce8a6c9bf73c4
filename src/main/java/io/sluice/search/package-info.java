/**
 * Greedy and beam search over a one-method step scorer. Knows no model and no vocabulary, so that
 * it can be tested with a scripted scorer.
 *
 * <p>May import: the JDK only.
 */
package io.sluice.search;
