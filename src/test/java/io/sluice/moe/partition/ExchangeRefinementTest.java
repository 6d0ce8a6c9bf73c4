package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ExchangeRefinementTest {

  @Property(tries = 30, seed = "12")
  void shouldLowerTheCutByWhatItSaysAndKeepSizes(@ForAll long seed) {
    WeightedGraph graph = PlantedGraphs.blocks(60, 5, 0.4, 0.2, seed);
    Partition before = RandomPartition.cut(60, 5, seed);
    int[] partOf = before.expertOf();

    long gained = new ExchangeRefinement(graph, partOf, 5).run();

    Partition after = new Partition(partOf, 5);
    assertThat(gained).isPositive();
    assertThat(PartitionQuality.cutWeight(graph, before) - gained)
        .isEqualTo(PartitionQuality.cutWeight(graph, after));
  }

  @Test
  void shouldExchangeInACircleWhenNoSwapHelps() {
    // part p is nodes 3p to 3p + 2; the last node of each belongs to the next part
    long[][] weights = new long[9][9];
    for (int part = 0; part < 3; part++) {
      int next = (part + 1) % 3;
      join(weights, 3 * part, 3 * part + 1, 10);
      join(weights, 3 * part + 2, 3 * next, 3);
      join(weights, 3 * part + 2, 3 * next + 1, 3);
      join(weights, 3 * part + 2, 3 * part, 4);
    }
    int[] partOf = {0, 0, 0, 1, 1, 1, 2, 2, 2};

    long gained = new ExchangeRefinement(PlantedGraphs.of(weights), partOf, 3).run();

    assertThat(gained).isEqualTo(3 * (6 - 4));
    assertThat(partOf).containsExactly(0, 0, 1, 1, 1, 2, 2, 2, 0);
  }

  private static void join(long[][] weights, int a, int b, long weight) {
    weights[a][b] = weight;
    weights[b][a] = weight;
  }
}
