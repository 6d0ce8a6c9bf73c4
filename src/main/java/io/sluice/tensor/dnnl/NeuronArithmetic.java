package io.sluice.tensor.dnnl;

/**
 * How the products of a feed-forward layer are computed: in float32 or in int8. Rows that several
 * pairs of matrices run on are grouped: begun once, gathered for each pair, collected after it,
 * ended once. Thread-safe.
 */
interface NeuronArithmetic {

  /**
   * Packs all neurons.
   *
   * @param reads W1, shape (F, D)
   * @param writes W2, shape (F, D)
   */
  NeuronPair pack(float[] reads, float[] writes);

  /** Packs some neurons of a pair that holds all. */
  NeuronPair pack(NeuronPair all, int[] neurons);

  /** The second product of a pair together with what a row starts from, shape (D). */
  Product finish(NeuronPair pair, float[] start);

  /** Puts rows of x from {@code first} where the first product reads. */
  void prepare(Scratch scratch, float[] x, int first, int rows);

  /** The same for the rows {@code members[at]} and those after it. */
  void prepare(Scratch scratch, float[] x, int[] members, int at, int size);

  /** Reads activations as float32. */
  void readHidden(Scratch scratch, int count, float[] to, int at);

  /** Writes the activations of rows, {@code count} each, and makes room for their whole bucket. */
  void writeHidden(Scratch scratch, float[] from, int at, int rows, int count);

  /** Sets activations to 0. */
  void clearHidden(Scratch scratch, int at, int count);

  /** Adds the output of a pair to rows of y from {@code first}. */
  void addOutput(Scratch scratch, int first, int rows, float[] y);

  /** Adds the output of a pair to the rows {@code members[at]} and those after it. */
  void addOutput(Scratch scratch, int[] members, int at, int size, float[] y);

  /** Takes all rows of a pass, shape (rows, D). */
  void beginGroups(Scratch scratch, float[] x, int rows);

  /** Puts some of them where the first product reads. */
  void gather(Scratch scratch, float[] x, int[] members, int at, int size);

  /** Takes what a pair has written for them. */
  void collect(Scratch scratch, int[] members, int at, int size, float[] y);

  /** Adds what was collected to the rows of y. */
  void endGroups(Scratch scratch, int rows, float[] y);

  /** What a group costs beside its products, in multiply-adds of this arithmetic. */
  int groupCost();

  /**
   * What a row of a group costs beside its products, in multiply-adds for each value of the row.
   */
  int memberCost();
}
