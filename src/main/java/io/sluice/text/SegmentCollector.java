package io.sluice.text;

import io.sluice.domain.PreparedText;
import io.sluice.domain.Segment;
import java.util.ArrayList;
import java.util.List;

/** Collects the segments of one text in order; what lies between them becomes glue. */
final class SegmentCollector {
  private final String text;
  private final List<Segment> segments = new ArrayList<>();
  private final List<String> glue = new ArrayList<>();
  private int end;

  SegmentCollector(String text) {
    this.text = text;
  }

  /** Adds the segment that stands at {@code start} (inclusive) to {@code end} (exclusive). */
  void add(Segment segment, int start, int end) {
    glue.add(text.substring(this.end, start));
    segments.add(segment);
    this.end = end;
  }

  PreparedText finish() {
    if (segments.isEmpty()) {
      return PreparedText.bypass(text);
    }
    glue.add(text.substring(end));
    return new PreparedText(text, segments, glue);
  }
}
