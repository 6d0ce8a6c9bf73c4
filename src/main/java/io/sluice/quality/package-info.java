/**
 * How good a translation is: BLEU and chrF against references, and an estimate without references,
 * calibrated on chrF. Pure Java, deterministic.
 *
 * <p>May import: {@code domain}, Jackson.
 */
package io.sluice.quality;
