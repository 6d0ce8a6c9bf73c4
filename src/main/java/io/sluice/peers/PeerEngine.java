package io.sluice.peers;

import java.util.List;

/**
 * Another engine with the same weights, greedy. Thread-safe for as many threads as it was opened
 * for.
 */
public interface PeerEngine extends AutoCloseable {

  /** Its name and version, such as {@code ONNX Runtime 1.29.0}. */
  String name();

  /**
   * Translates a batch.
   *
   * @param sources B sequences of token ids, each at least 1 long
   * @param start first token fed to the decoder
   * @param languages forced second token of each row, shape (B)
   * @param caps longest output of each row in tokens, the end of the sentence included, shape (B)
   * @param end the token that ends a sentence
   * @throws PeerException if the engine fails
   */
  PeerBatch translate(List<int[]> sources, int start, int[] languages, int[] caps, int end);

  @Override
  void close();

  /**
   * What came out.
   *
   * @param tokens of each row, without the end of the sentence
   * @param logProbabilities of each row's tokens and then of the end of the sentence if it was
   *     reached
   * @param encodeNanos wall time of encoding
   * @param decodeNanos wall time of decoding
   */
  record PeerBatch(
      List<int[]> tokens, List<float[]> logProbabilities, long encodeNanos, long decodeNanos) {

    public PeerBatch {
      tokens = List.copyOf(tokens);
      logProbabilities = List.copyOf(logProbabilities);
    }

    /** Decoder steps that asked for a word, over all rows. */
    public long steps() {
      return logProbabilities.stream().mapToLong(row -> row.length).sum();
    }
  }
}
