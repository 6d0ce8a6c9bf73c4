/**
 * ONNX Runtime for Java on the exported graphs: an encoder, and a decoder step with past.
 *
 * <p>May import: {@code peers}, {@code peers.greedy}, {@code tensor}, ONNX Runtime.
 */
package io.sluice.peers.onnx;
