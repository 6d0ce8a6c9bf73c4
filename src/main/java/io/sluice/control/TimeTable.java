package io.sluice.control;

import io.sluice.domain.RoutingMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Time of a batch on one machine, by level: a straight line in the number of tokens for each half
 * of the model and number of experts, the same for all its layers. A level with different numbers
 * per layer takes the mean of its layers. Immutable.
 *
 * @param encoder time of encoding: once per batch, and per source token
 * @param decoder time of decoding: per step, and per target token
 * @param shortlist what a vocabulary shortlist saves: per step, and per target token
 * @param decoderTotal experts N of a decoder layer
 * @param encoderTotal experts of an encoder layer
 */
public record TimeTable(
    List<Line> encoder, List<Line> decoder, Line shortlist, int decoderTotal, int encoderTotal) {

  /**
   * One measured number of experts.
   *
   * @param mode how experts were chosen; DENSE: all of them
   * @param experts k of every layer
   * @param fixedMillis milliseconds per batch (encoder) or per step (decoder)
   * @param tokenMillis milliseconds per token
   */
  public record Line(RoutingMode mode, int experts, double fixedMillis, double tokenMillis) {}

  public TimeTable {
    encoder = List.copyOf(encoder);
    decoder = List.copyOf(decoder);
    if (encoder.isEmpty() || decoder.isEmpty()) {
      throw new IllegalArgumentException("a time table needs times of both halves");
    }
  }

  /** Modes of routing that were measured, full quality left out. */
  public Set<RoutingMode> modes() {
    Set<RoutingMode> modes = EnumSet.noneOf(RoutingMode.class);
    decoder.forEach(each -> modes.add(each.mode));
    encoder.forEach(each -> modes.add(each.mode));
    modes.remove(RoutingMode.DENSE);
    return modes;
  }

  /** Milliseconds that one worker takes for a batch. */
  public double millis(ServiceLevel level, BatchWork work) {
    double encoding = 0;
    for (int k : level.encoderExperts()) {
      Line line = line(encoder, level.mode(), k, encoderTotal);
      encoding += line.fixedMillis + line.tokenMillis * work.sourceTokens();
    }
    double decoding = 0;
    for (int k : level.decoderExperts()) {
      Line line = line(decoder, level.mode(), k, decoderTotal);
      decoding += decode(line, level, work);
    }
    double saved = level.shortlist() ? decode(shortlist, level, work) : 0;
    return encoding / level.encoderExperts().size()
        + decoding / level.decoderExperts().size()
        - saved;
  }

  private static double decode(Line line, ServiceLevel level, BatchWork work) {
    return line.fixedMillis * work.steps() + line.tokenMillis * work.targetTokens() * level.beam();
  }

  /** All experts: the dense line. Fewer: between the nearest numbers measured in that mode. */
  private static Line line(List<Line> lines, RoutingMode mode, int experts, int total) {
    Line below = null;
    Line above = null;
    for (Line each : lines) {
      boolean dense = each.experts == total;
      if (dense || each.mode == mode) {
        if (each.experts <= experts && (below == null || each.experts > below.experts)) {
          below = each;
        }
        if (each.experts >= experts && (above == null || each.experts < above.experts)) {
          above = each;
        }
      }
    }
    if (below == null && above == null) {
      throw new IllegalArgumentException("the time table has no times of " + mode);
    }
    if (below == null || above == null || below == above) {
      return below == null ? above : below;
    }
    double share = (double) (experts - below.experts) / (above.experts - below.experts);
    return new Line(
        mode,
        experts,
        below.fixedMillis + share * (above.fixedMillis - below.fixedMillis),
        below.tokenMillis + share * (above.tokenMillis - below.tokenMillis));
  }
}
