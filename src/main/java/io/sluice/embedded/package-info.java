/**
 * A real Kafka broker (in this process) and a real schema registry (a child process), started for
 * demos and tests on free ports of 127.0.0.1, with their data in temporary folders.
 *
 * <p>May import: the Kafka server and clients.
 */
package io.sluice.embedded;
