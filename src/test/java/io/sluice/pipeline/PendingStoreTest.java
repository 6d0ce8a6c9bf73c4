package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.pipeline.PendingStore.Fit;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PendingStoreTest {
  @Test
  void shouldBeNewWhenThereIsNoChangelog() {
    PendingStore store = PendingStore.unused("app", "in", 3);

    assertThat(store.fit()).isEqualTo(Fit.NEW);
    assertThat(store.remedy("h:1")).isEmpty();
    assertThat(store.pendingText()).isEqualTo("nothing pending");
  }

  @Test
  void shouldFitWhenBothHaveTheSameNumberOfPartitions() {
    PendingStore store = store(3, Set.of(), 2, 0, 1);

    assertThat(store.fit()).isEqualTo(Fit.FITS);
    assertThat(store.detail())
        .isEqualTo("app-pending-changelog, 3 partitions, 3 records pending (partition 0: 2, 2: 1)");
    assertThat(store.remedy("h:1")).isEmpty();
  }

  @Test
  void shouldGrowTheChangelogWhenPartitionsWereAdded() {
    PendingStore store = store(5, Set.of(), 1, 0, 0);

    assertThat(store.fit()).isEqualTo(Fit.REQUESTS_GREW);
    assertThat(store.remedy("h:1"))
        .contains(
            "kafka-topics.sh --bootstrap-server h:1 --alter --topic app-pending-changelog"
                + " --partitions 5")
        .contains("overtake");
    assertThat(store(5, Set.of(), 0, 0, 0).remedy("h:1")).doesNotContain("overtake");
  }

  @Test
  void shouldKeepTheChangelogWhenThereAreFewerPartitionsAndRecordsArePending() {
    PendingStore store = store(2, Set.of(), 0, 0, 4);

    assertThat(store.fit()).isEqualTo(Fit.REQUESTS_SHRANK);
    assertThat(store.remedy("h:1"))
        .contains("--alter --topic in --partitions 3")
        .contains("run --drain")
        .doesNotContain("--delete");
  }

  @Test
  void shouldLetTheChangelogGoWhenThereAreFewerPartitionsAndNothingIsPending() {
    assertThat(store(2, Set.of(), 0, 0, 0).remedy("h:1"))
        .contains("--delete --topic app-pending-changelog");
  }

  @Test
  void shouldDrainFirstWhenTheTopicEndsBeforeWhatWasTaken() {
    PendingStore store = store(3, Set.of(1), 0, 7, 0);

    assertThat(store.fit()).isEqualTo(Fit.REQUESTS_MADE_AGAIN);
    assertThat(store.detail()).contains("partitions [1]", "7 records pending");
    assertThat(store.remedy("h:1")).contains("run --drain --application-id app");
  }

  @Test
  void shouldFitWhenTheTopicEndsBeforeWhatWasTakenAndNothingIsPending() {
    assertThat(store(3, Set.of(1), 0, 0, 0).fit()).isEqualTo(Fit.FITS);
  }

  private static PendingStore store(int requestsPartitions, Set<Integer> rewound, int... pending) {
    SortedMap<Integer, PendingRows> rows = new TreeMap<>();
    for (int partition = 0; partition < pending.length; partition++) {
      rows.put(partition, new PendingRows(pending[partition], pending[partition] - 1));
    }
    return new PendingStore("app", "in", requestsPartitions, pending.length, rows, rewound);
  }
}
