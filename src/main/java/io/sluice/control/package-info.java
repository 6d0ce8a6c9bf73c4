/**
 * The lag drives the experts: load samples, the service ladder with its times and losses, and the
 * controller that moves along it. No clock, no broker, no thread of its own.
 *
 * <p>May import: {@code domain}, Jackson.
 */
package io.sluice.control;
