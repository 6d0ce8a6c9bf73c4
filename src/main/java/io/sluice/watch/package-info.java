/**
 * What {@code watch} shows: figures from what instances export, over a window of time, as lines or
 * as a screen that is drawn again in place.
 *
 * <p>May import: {@code metrics}.
 */
package io.sluice.watch;
