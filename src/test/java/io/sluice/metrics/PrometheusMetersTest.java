package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusMetersTest {
  private final PrometheusMeters prometheus = new PrometheusMeters();

  @AfterEach
  void close() {
    prometheus.close();
  }

  @Test
  void shouldExportEachMeterUnderItsNameWithItsLabels() {
    Meters meters = prometheus.meters();
    for (SluiceMeter meter : SluiceMeter.values()) {
      String[] labels =
          meter.labels().stream()
              .map(label -> label.values().isEmpty() ? "0" : label.values().get(0))
              .toArray(String[]::new);
      switch (meter.kind()) {
        case COUNTER -> meters.add(meter, 3, labels);
        case GAUGE -> meters.gauge(meter, () -> 3, labels);
        case HISTOGRAM -> meters.record(meter, 0.4, labels);
      }
    }

    Exposition read = Exposition.parse(prometheus.scrape());

    assertThat(Arrays.asList(SluiceMeter.values()))
        .allSatisfy(
            meter -> {
              if (meter.kind() == SluiceMeter.Kind.HISTOGRAM) {
                HistogramReading histogram = read.histogram(meter);
                assertThat(histogram.count()).isEqualTo(1);
                assertThat(histogram.sum()).isEqualTo(0.4);
                assertThat(histogram.upperBounds()).hasSize(meter.buckets().length + 1);
              } else {
                assertThat(read.sum(meter)).hasValue(3);
                assertThat(read.of(meter).findFirst().orElseThrow().labels().keySet())
                    .containsExactlyInAnyOrderElementsOf(
                        meter.labels().stream().map(Label::name).toList());
              }
            });
  }

  @Test
  void shouldPutFractionsIntoTheirBuckets() {
    prometheus.meters().record(SluiceMeter.QUALITY_SCORE, 0.35);
    prometheus.meters().record(SluiceMeter.QUALITY_SCORE, 0.85);
    prometheus.meters().record(SluiceMeter.END_TO_END, 0.2);
    prometheus.meters().record(SluiceMeter.BATCH_SIZE, 3);

    Exposition read = Exposition.parse(prometheus.scrape());

    assertThat(read.histogram(SluiceMeter.QUALITY_SCORE).quantile(0.5).orElseThrow())
        .isBetween(0.3, 0.4);
    assertThat(read.histogram(SluiceMeter.QUALITY_SCORE).quantile(1).orElseThrow())
        .isBetween(0.8, 0.9);
    assertThat(read.histogram(SluiceMeter.END_TO_END).quantile(1).orElseThrow())
        .isBetween(0.15, 0.25);
    assertThat(read.histogram(SluiceMeter.BATCH_SIZE).quantile(1).orElseThrow())
        .isBetween(2.0, 4.0);
  }

  @Test
  void shouldShowCountersAndHistogramsAtZeroBeforeAnythingHappens() {
    Exposition read = Exposition.parse(prometheus.scrape());

    assertThat(read.sum(SluiceMeter.RECORDS, "outcome", "rejected")).hasValue(0);
    assertThat(read.histogram(SluiceMeter.END_TO_END).cumulative())
        .isEqualTo(Collections.nCopies(SluiceMeter.END_TO_END.buckets().length + 1, 0.0));
    assertThat(read.sum(SluiceMeter.BACKLOG)).as("nobody feeds it").isEmpty();
  }

  @Test
  void shouldShowOtherMetersWhenOneGaugeFails() {
    prometheus
        .meters()
        .gauge(
            SluiceMeter.PENDING,
            () -> {
              throw new IllegalStateException("on purpose");
            });
    prometheus.meters().gauge(SluiceMeter.READY, () -> 1);

    Exposition read = Exposition.parse(prometheus.scrape());

    assertThat(read.sum(SluiceMeter.READY)).hasValue(1);
    assertThat(read.sum(SluiceMeter.PENDING)).hasValue(Double.NaN);
  }

  @Test
  void shouldLetAControlViewFeedItsGauges() {
    ControlView view =
        new ControlView() {
          @Override
          public int level() {
            return 2;
          }

          @Override
          public double backlogSecondsAtFullQuality() {
            return 9;
          }

          @Override
          public double backlogSecondsAtMinimumQuality() {
            return 4;
          }
        };
    view.bindTo(prometheus.meters());
    ControlView.changed(prometheus.meters(), 0, 2, "BACKLOG_GREW");

    Exposition read = Exposition.parse(prometheus.scrape());

    assertThat(read.sum(SluiceMeter.LEVEL)).hasValue(2);
    assertThat(read.sum(SluiceMeter.BACKLOG, "quality", "full")).hasValue(9);
    assertThat(read.sum(SluiceMeter.BACKLOG, "quality", "minimum")).hasValue(4);
    assertThat(read.sum(SluiceMeter.LEVEL_CHANGES, "direction", "down")).hasValue(1);
  }
}
