/**
 * The control loop on a virtual clock: traces of load, instances with the real batching policy,
 * ladder, laws and controller, and calibrated times in place of the model.
 *
 * <p>May import: {@code domain}, {@code batching}, {@code control}, Jackson, XChart.
 */
package io.sluice.simulation;
