/**
 * How a service ladder is made and kept: the search over measured times and losses, and the files
 * of both.
 *
 * <p>May import: {@code control}, {@code domain}, Jackson.
 */
package io.sluice.control.ladder;
