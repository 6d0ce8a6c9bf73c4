/**
 * Races against other engines that run the same weights. The engines themselves are in {@code
 * src/peers}, part of builds with {@code -Dpeers} only.
 *
 * <p>May import: {@code domain}, {@code engine}, {@code model}, {@code checkpoint}, {@code tensor};
 * in {@code src/peers} also ONNX Runtime and DJL.
 */
package io.sluice.peers;
