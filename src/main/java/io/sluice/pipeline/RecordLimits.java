package io.sluice.pipeline;

/**
 * The largest records that may be written, bytes as the broker counts them before compression.
 *
 * @param keepBytes to the changelog of the pending store
 * @param resultBytes to the results topic
 * @param deadLetterBytes to the dead-letter topic
 */
public record RecordLimits(int keepBytes, int resultBytes, int deadLetterBytes) {
  /** The same limit everywhere. */
  public static RecordLimits of(int bytes) {
    return new RecordLimits(bytes, bytes, bytes);
  }
}
