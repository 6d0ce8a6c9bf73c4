/**
 * The values that travel through Sluice: requests, segments, translations, quality, latency,
 * budgets, rejections. Immutable, thread-safe, checked when constructed; no behaviour that needs a
 * library.
 *
 * <p>May import: the JDK only.
 */
package io.sluice.domain;
