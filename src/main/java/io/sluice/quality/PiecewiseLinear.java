package io.sluice.quality;

import java.util.List;

/** A function given by points, constant beyond the first and the last. */
final class PiecewiseLinear {
  private PiecewiseLinear() {}

  /** The value at {@code x}; {@code x} itself if there are no points. */
  static double at(List<Double> knots, List<Double> values, double x) {
    if (knots.isEmpty()) {
      return x;
    }
    int last = knots.size() - 1;
    if (x <= knots.get(0)) {
      return values.get(0);
    }
    if (x >= knots.get(last)) {
      return values.get(last);
    }
    int i = 1;
    while (knots.get(i) < x) {
      i++;
    }
    double width = knots.get(i) - knots.get(i - 1);
    double share = width == 0 ? 1 : (x - knots.get(i - 1)) / width;
    return values.get(i - 1) + share * (values.get(i) - values.get(i - 1));
  }
}
