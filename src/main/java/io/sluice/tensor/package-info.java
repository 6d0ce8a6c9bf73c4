/**
 * The few kernels that the layers call. Matrix products run on ND4J (CUDA) or on the OpenBLAS that
 * it brings (CPU); what lies between them (layer norm, attention, soft-max statistics, products of
 * single rows) are {@link io.sluice.tensor.Kernels} on heap arrays: the CPU's vector instructions,
 * or plain Java where Java was started without {@code jdk.incubator.vector}.
 *
 * <p>Matrices are row-major {@code float[]} with an explicit number of rows; arrays may be longer
 * than the matrix, so that scratch memory is reused. Facades check shapes, loops do not.
 *
 * <p>May import: ND4J. Nothing else in Sluice imports ND4J.
 */
package io.sluice.tensor;
