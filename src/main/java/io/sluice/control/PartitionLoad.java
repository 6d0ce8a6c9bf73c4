package io.sluice.control;

/**
 * One owned partition of the requests topic.
 *
 * @param partition its number
 * @param endOffset end for {@code read_committed}
 * @param position offset after the last record that was handed to the dispatcher, or committed
 * @param fetchable false if a look at it found that nothing can be fetched before the end: aborted
 *     records and transaction markers only, or a leader that does not answer
 */
public record PartitionLoad(int partition, long endOffset, long position, boolean fetchable) {

  /** Offsets that are still to be read; 0 if nothing can be fetched. */
  long unread() {
    return fetchable ? Math.max(0, endOffset - position) : 0;
  }
}
