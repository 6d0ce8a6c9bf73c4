/**
 * Matrix products on oneDNN, in float32 or in int8: weights packed once in the layout that the
 * library asks for and shared by all threads, primitives for a few numbers of rows, scratch memory
 * of each thread in native memory. Bias, re-quantisation and ReLU are part of the product, and what
 * lies between the two products of a feed-forward layer never leaves native memory.
 *
 * <p>May import: {@code tensor}, JavaCPP's bindings of oneDNN.
 */
package io.sluice.tensor.dnnl;
