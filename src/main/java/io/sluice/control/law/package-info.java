/**
 * Control laws: which level a load calls for. Pure functions of a situation, and decorators that
 * remember a little of the past.
 *
 * <p>May import: {@code control}, {@code domain}.
 */
package io.sluice.control.law;
