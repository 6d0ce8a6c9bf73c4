package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LoadMeterTest {
  private static final long SECOND = 1_000_000_000;
  private final LoadMeter meter = new LoadMeter(Duration.ofSeconds(2));

  private static PendingLoad pending(long admitted, long queued) {
    return new PendingLoad(admitted, admitted * 10, 0, queued, queued * 10, 0, 0, Map.of());
  }

  private static List<PartitionLoad> partition(long end, long position, boolean fetchable) {
    return List.of(new PartitionLoad(0, end, position, fetchable));
  }

  @Test
  void shouldCountWhatIsUnreadAndWhatIsQueued() {
    LoadSample sample = meter.sample(0, partition(100, 60, true), pending(0, 5));

    assertThat(sample.waitingRecords()).isEqualTo(45);
  }

  @Test
  void shouldMeasureArrivalsWhetherTheyWereFetchedOrNot() {
    meter.sample(0, partition(100, 100, true), pending(100, 0));
    for (int second = 1; second <= 60; second++) {
      meter.sample(
          second * SECOND,
          partition(100 + 30 * second, 100 + 20 * second, true),
          pending(100 + 20 * second, 0));
    }
    LoadSample sample = meter.sample(61 * SECOND, partition(1930, 1320, true), pending(1320, 0));

    assertThat(sample.arrivalTokensPerSecond()).isCloseTo(300, Offset.offset(3.0));
  }

  @Test
  void shouldNotCountMarkersAsRecordsOnceItHasLearntTheirShare() {
    // one marker after each record
    for (int second = 0; second <= 60; second++) {
      meter.sample(
          second * SECOND, partition(40L * second, 40L * second, true), pending(20L * second, 0));
    }
    meter.sample(61 * SECOND, partition(61 * 40 + 100, 61 * 40, true), pending(61 * 20, 0));
    LoadSample sample =
        meter.sample(62 * SECOND, partition(61 * 40 + 100, 61 * 40, true), pending(61 * 20, 0));

    assertThat(sample.waitingRecords()).isCloseTo(50, Offset.offset(1.0));
  }

  @Test
  void shouldLeaveOutWhatCannotBeFetched() {
    meter.sample(0, partition(100, 100, true), pending(100, 0));

    LoadSample sample = meter.sample(SECOND, partition(5100, 100, false), pending(100, 0));

    assertThat(sample.waitingRecords()).isZero();
    assertThat(sample.arrivalTokensPerSecond()).isZero();
  }

  @Test
  void shouldNotCountOffsetsThatAreGoneAtTheNextLook() {
    meter.sample(0, partition(100, 100, true), pending(100, 0));

    LoadSample first = meter.sample(SECOND, partition(5102, 101, true), pending(101, 0));
    LoadSample second = meter.sample(2 * SECOND, partition(5102, 102, false), pending(102, 0));

    assertThat(first.waitingRecords()).isZero();
    assertThat(first.arrivalTokensPerSecond()).isLessThan(100);
    assertThat(second.waitingRecords()).isZero();
  }

  @Test
  void shouldCountAPartitionThatStandsStillButCanBeFetched() {
    meter.sample(0, partition(5100, 100, true), pending(100, 0));

    LoadSample sample = meter.sample(SECOND, partition(5100, 100, true), pending(100, 0));

    assertThat(sample.waitingRecords()).isEqualTo(5000);
  }

  @Test
  void shouldFreezeForAWhileAfterARebalance() {
    meter.rebalanced(0);

    assertThat(meter.sample(SECOND, partition(1, 0, true), pending(0, 0)).frozen()).isTrue();
    assertThat(meter.sample(3 * SECOND, partition(1, 0, true), pending(0, 0)).frozen()).isFalse();
    assertThat(meter.sample(4 * SECOND, partition(1, 0, true), pending(0, 0)).frozen()).isFalse();
  }

  @Test
  void shouldRepeatTheLastValuesWhenTheBrokerIsSilent() {
    LoadSample last = meter.sample(0, partition(100, 60, true), pending(0, 5));

    LoadSample stale = meter.stale(SECOND);

    assertThat(stale.stale()).isTrue();
    assertThat(stale.waitingRecords()).isEqualTo(last.waitingRecords());
    assertThat(stale.nanos()).isEqualTo(SECOND);
  }
}
