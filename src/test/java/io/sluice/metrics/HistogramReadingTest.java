package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistogramReadingTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final List<Double> BOUNDS = List.of(0.1, 0.5, 1.0, 2.0, INFINITY);

  /** 10 up to 0.1, 30 up to 0.5, 40 up to 1, 10 up to 2, 10 above. */
  private static final HistogramReading HUNDRED =
      new HistogramReading(BOUNDS, List.of(10.0, 40.0, 80.0, 90.0, 100.0), 95);

  @ParameterizedTest
  @CsvSource({
    "0.05, 0.05",
    "0.1, 0.1",
    "0.25, 0.3",
    "0.5, 0.625",
    "0.8, 1",
    "0.85, 1.5",
    "0.9, 2",
    "0.99, 2",
    "1, 2"
  })
  void shouldInterpolateWithinBuckets(double share, double value) {
    assertThat(HUNDRED.quantile(share).orElseThrow()).isCloseTo(value, within(1e-9));
  }

  @Test
  void shouldSkipEmptyBuckets() {
    HistogramReading upper = new HistogramReading(BOUNDS, List.of(0.0, 0.0, 4.0, 4.0, 4.0), 3);

    assertThat(upper.quantile(0.5).orElseThrow()).isCloseTo(0.75, within(1e-9));
    assertThat(upper.quantile(1).orElseThrow()).isCloseTo(1, within(1e-9));
  }

  @Test
  void shouldKnowNothingWithoutObservations() {
    HistogramReading empty = HUNDRED.since(HUNDRED);

    assertThat(empty.quantile(0.5)).isEmpty();
    assertThat(empty.mean()).isEmpty();
    assertThat(new HistogramReading(List.of(), List.of(), 0).quantile(0.5)).isEmpty();
    assertThat(HUNDRED.mean()).hasValue(0.95);
  }

  @Test
  void shouldTakeTheDifferenceToAnEarlierReading() {
    HistogramReading earlier =
        new HistogramReading(BOUNDS, List.of(10.0, 40.0, 70.0, 80.0, 90.0), 88);

    HistogramReading since = HUNDRED.since(earlier);

    assertThat(since.count()).isEqualTo(10);
    assertThat(since.sum()).isEqualTo(7);
    assertThat(since.quantile(0.5).orElseThrow()).isCloseTo(0.75, within(1e-9));
  }

  @Test
  void shouldTakeEverythingWhenTheProcessWasStartedAnew() {
    HistogramReading before =
        new HistogramReading(BOUNDS, List.of(500.0, 500.0, 500.0, 500.0, 500.0), 10);
    HistogramReading others = new HistogramReading(List.of(1.0, INFINITY), List.of(1.0, 1.0), 1);

    assertThat(HUNDRED.since(before)).isEqualTo(HUNDRED);
    assertThat(HUNDRED.since(others)).isEqualTo(HUNDRED);
  }

  @Test
  void shouldRefuseWhatIsNoShare() {
    assertThatThrownBy(() -> HUNDRED.quantile(95)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void shouldStayInTheBucketOfTheExactQuantile(
      @ForAll @Size(min = 1, max = 200) List<@DoubleRange(min = 0.01, max = 2) Double> values,
      @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
    List<Double> cumulative = new ArrayList<>();
    for (double bound : BOUNDS) {
      cumulative.add((double) values.stream().filter(value -> value <= bound).count());
    }
    List<Double> sorted = values.stream().sorted().toList();
    double exact = sorted.get((int) Math.ceil(share * values.size() - 1e-9) - 1);

    double estimate = new HistogramReading(BOUNDS, cumulative, 0).quantile(share).orElseThrow();

    double upper = BOUNDS.stream().filter(bound -> exact <= bound).findFirst().orElseThrow();
    double lower = BOUNDS.stream().filter(bound -> exact > bound).reduce(0.0, (a, b) -> b);
    assertThat(estimate).isBetween(lower - 1e-9, upper + 1e-9);
  }
}
