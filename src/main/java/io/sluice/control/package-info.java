/**
 * How many experts may run: where a budget comes from.
 *
 * <p>May import: {@code domain}.
 */
package io.sluice.control;
