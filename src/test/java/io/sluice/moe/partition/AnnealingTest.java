package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AnnealingTest {

  @Property(tries = 20, seed = "13")
  void shouldCutLessThanTheStartAndKeepSizes(@ForAll long seed) {
    WeightedGraph graph = PlantedGraphs.blocks(60, 5, 0.4, 0.2, seed);
    Partition start = RandomPartition.cut(60, 5, seed);

    int[] partOf = new Annealing(graph, start.expertOf(), 5, new SplittableRandom(seed)).run();

    Partition after = Partition.canonical(partOf, 5); // refuses parts of unequal size
    assertThat(PartitionQuality.cutWeight(graph, after))
        .isLessThan(PartitionQuality.cutWeight(graph, start));
  }

  @Test
  void shouldLeaveTheStartAsItIsWhenThereAreNoEdges() {
    WeightedGraph graph = PlantedGraphs.of(new long[6][6]);
    int[] start = {0, 1, 2, 0, 1, 2};

    int[] partOf = new Annealing(graph, start, 3, new SplittableRandom(1)).run();

    assertThat(partOf).containsExactly(0, 1, 2, 0, 1, 2);
  }

  @Test
  void shouldKeepTheBestWhenTheStartCannotBeImproved() {
    WeightedGraph graph = PlantedGraphs.blocks(120, 6, 0.9, 0.02, 5);
    int[] planted = PlantedGraphs.planted(120, 6).expertOf();

    int[] partOf = new Annealing(graph, planted, 6, new SplittableRandom(1)).run();

    assertThat(Arrays.equals(partOf, planted)).isTrue();
  }
}
