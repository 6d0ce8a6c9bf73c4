package io.sluice.cost;

import io.sluice.domain.SegmentTranslation;
import io.sluice.nn.StageClock.Half;
import java.util.List;

/**
 * What one batch took.
 *
 * @param shape how much it was
 * @param encodeMillis tokens to encoder output, keys and values for the decoder included
 * @param decodeMillis until its last row was finished
 */
public record BatchTime(BatchShape shape, double encodeMillis, double decodeMillis) {

  /**
   * Of a translated batch.
   *
   * @param times measured while it was translated
   */
  public static BatchTime of(List<SegmentTranslation> batch, StageTimes times) {
    return new BatchTime(
        BatchShape.of(batch, (int) times.steps()),
        times.nanos(Half.ENCODER) / 1e6,
        times.nanos(Half.DECODER) / 1e6);
  }
}
