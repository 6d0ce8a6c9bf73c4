/**
 * What a batch costs: its time split into parts, the arithmetic that each part needs, the machine's
 * own rate of matrix products, and a line fitted to the times of many batches.
 *
 * <p>May import: {@code domain}, {@code nn}, {@code tensor}, {@code checkpoint}, {@code model},
 * {@code engine}, Jackson.
 */
package io.sluice.cost;
