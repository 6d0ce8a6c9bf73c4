package io.sluice.tensor.dnnl;

/**
 * Both matrices of some neurons, packed.
 *
 * @param reads W1, shape (count, D)
 * @param writes W2, shape (D, count)
 * @param activate from rows to activations
 * @param write from activations to what the neurons write, without what a row starts from; in int8
 *     integers
 */
record NeuronPair(PackedWeights reads, PackedWeights writes, Product activate, Product write)
    implements AutoCloseable {

  /** Number of neurons. */
  int count() {
    return activate.shape().out();
  }

  @Override
  public void close() {
    activate.close();
    write.close();
    reads.close();
    writes.close();
  }
}
