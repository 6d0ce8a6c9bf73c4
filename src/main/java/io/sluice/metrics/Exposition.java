package io.sluice.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The meters as somebody outside of the process reads them. Immutable.
 *
 * @param samples in the order in which they came
 */
public record Exposition(List<Sample> samples) {
  public Exposition {
    samples = List.copyOf(samples);
  }

  /**
   * Reads Prometheus' text format (version 0.0.4).
   *
   * @throws IllegalArgumentException if a line is not of that format
   */
  public static Exposition parse(String text) {
    List<Sample> samples = new ArrayList<>();
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> samples.add(SampleLine.parse(line)));
    return new Exposition(samples);
  }

  /** What several instances show, as one. */
  public static Exposition joined(List<Exposition> parts) {
    return new Exposition(parts.stream().flatMap(part -> part.samples().stream()).toList());
  }

  /** Samples of a counter or gauge. */
  public Stream<Sample> of(SluiceMeter meter) {
    return samples.stream().filter(sample -> sample.name().equals(meter.exportedName()));
  }

  /** All samples of a counter or gauge together; empty if there is none. */
  public OptionalDouble sum(SluiceMeter meter) {
    return sum(of(meter));
  }

  /** The same, of those with one value of a label. */
  public OptionalDouble sum(SluiceMeter meter, String label, String value) {
    return sum(of(meter).filter(sample -> value.equals(sample.labels().get(label))));
  }

  /** The largest sample of a counter or gauge; empty if there is none. */
  public OptionalDouble max(SluiceMeter meter) {
    return of(meter).mapToDouble(Sample::value).max();
  }

  private static OptionalDouble sum(Stream<Sample> chosen) {
    double[] values = chosen.mapToDouble(Sample::value).toArray();
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(java.util.Arrays.stream(values).sum());
  }

  /** A histogram over all its labels; without observations if there is none. */
  public HistogramReading histogram(SluiceMeter meter) {
    Map<Double, Double> cumulative = new TreeMap<>();
    double sum = 0;
    for (Sample sample : samples) {
      if (sample.name().equals(meter.exportedName() + "_bucket")) {
        double bound = SampleLine.number(sample.labels().getOrDefault("le", "NaN"));
        cumulative.merge(bound, sample.value(), Double::sum);
      } else if (sample.name().equals(meter.exportedName() + "_sum")) {
        sum += sample.value();
      }
    }
    return new HistogramReading(
        cumulative.keySet().stream().toList(), cumulative.values().stream().toList(), sum);
  }
}
