package io.sluice.cost;

import io.sluice.domain.SegmentTranslation;
import java.util.List;

/**
 * What one batch took.
 *
 * @param shape how much it was
 * @param encodeMillis tokens to encoder output, keys and values for the decoder included
 * @param decodeMillis until its last row was finished
 */
public record BatchTime(BatchShape shape, double encodeMillis, double decodeMillis) {

  /** Of a translated batch. */
  public static BatchTime of(List<SegmentTranslation> batch) {
    long encode = batch.stream().mapToLong(SegmentTranslation::encodeNanos).max().orElse(0);
    long decode = batch.stream().mapToLong(SegmentTranslation::decodeNanos).max().orElse(0);
    return new BatchTime(BatchShape.of(batch), encode / 1e6, decode / 1e6);
  }
}
