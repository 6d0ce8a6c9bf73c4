/**
 * PyTorch, as DJL brings it to Java, on TorchScript of the same weights: an encoder, and a decoder
 * step with past, made by {@code training/torchscript.py}.
 *
 * <p>May import: {@code peers}, {@code peers.greedy}, {@code tensor}, DJL.
 */
package io.sluice.peers.pytorch;
