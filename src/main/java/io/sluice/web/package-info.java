/**
 * What Sluice shows to others over HTTP: meters in Prometheus' text format, and health.
 *
 * <p>May import: {@code metrics}, the JDK's HTTP server, Jackson.
 */
package io.sluice.web;
