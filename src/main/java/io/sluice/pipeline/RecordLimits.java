package io.sluice.pipeline;

/**
 * The largest records that may be written, bytes as the broker counts them before compression.
 *
 * @param keepBytes to the changelog of a pending store
 * @param resultBytes to the results topic
 * @param deadLetterBytes to the dead-letter topic
 * @param upgradeBytes to the upgrades topic
 * @param revisionBytes to the revisions topic
 */
public record RecordLimits(
    int keepBytes, int resultBytes, int deadLetterBytes, int upgradeBytes, int revisionBytes) {

  /** Without topics of upgrades and revisions. */
  public RecordLimits(int keepBytes, int resultBytes, int deadLetterBytes) {
    this(keepBytes, resultBytes, deadLetterBytes, 0, 0);
  }

  /** The same limit everywhere. */
  public static RecordLimits of(int bytes) {
    return new RecordLimits(bytes, bytes, bytes, bytes, bytes);
  }
}
