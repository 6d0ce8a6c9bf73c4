/**
 * Experts: blocks of feed-forward neurons of which a layer runs as many as it is told to. Routers
 * rank them, plans rank them once for a sentence, one plan for all layers, and the mean of what is
 * left out is added. After MoEfication (Zhang et al., arXiv 2110.01786): outputs of experts are
 * summed without gate weights, so all experts together are the dense layer. Fewer may have weights
 * of their own. Subpackages make experts out of a dense model.
 *
 * <p>May import: {@code nn}, {@code tensor}; the subpackages also DL4J and JGraphT.
 */
package io.sluice.moe;
