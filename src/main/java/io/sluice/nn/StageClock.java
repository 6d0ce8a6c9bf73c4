package io.sluice.nn;

/**
 * Told what one thread is working on, so that its time can be split into parts. What is not asked
 * for costs one empty call: {@link #OFF} reads no clock. Belongs to one workspace; not thread-safe.
 */
public interface StageClock {

  /** Does nothing. */
  StageClock OFF =
      new StageClock() {
        @Override
        public void begin(Half half) {}

        @Override
        public void enter(Stage stage) {}
      };

  /** Which half of the model works. */
  enum Half {
    ENCODER,
    DECODER
  }

  /** Parts of a half. */
  enum Stage {
    /** Projections, scores and sums of self-attention, its layer norm and residual sum included. */
    SELF_ATTENTION,
    /** The same of cross-attention; in the encoder, its keys and values for the decoder. */
    CROSS_ATTENTION,
    /** Choosing experts. */
    ROUTER,
    /** The feed-forward part, its layer norm and residual sum included. */
    FEED_FORWARD,
    /** The last layer norm and the projection to the vocabulary. */
    OUTPUT_PROJECTION,
    /** Soft-max statistics, best tokens, hypotheses. */
    SEARCH,
    /** Embeddings, rows that move or leave, coverage, detokenising and annotating. */
    OVERHEAD
  }

  /** A half begins, with {@link Stage#OVERHEAD}. */
  void begin(Half half);

  /** What follows, up to the next call, is this part of the half. */
  void enter(Stage stage);
}
