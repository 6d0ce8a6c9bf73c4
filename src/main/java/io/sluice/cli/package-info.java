/**
 * The commands, their options, configuration, wiring and shutdown.
 *
 * <p>May import: everything.
 */
package io.sluice.cli;
