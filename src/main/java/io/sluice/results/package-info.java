/**
 * What experiments found, kept in one JSON file each, and the page and plots made of them.
 *
 * <p>May import: Jackson, XChart.
 */
package io.sluice.results;
