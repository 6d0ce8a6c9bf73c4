package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultilevelPartitionerTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 8, 12, 16})
  void shouldRecoverThePlantedPartsWhenTheyAreStrong(int parts) {
    WeightedGraph graph = PlantedGraphs.blocks(480, parts, 0.5, 0.02, 7);

    Partition found = new MultilevelPartitioner().cut(graph, parts, 1);

    assertThat(found).isEqualTo(PlantedGraphs.planted(480, parts));
    assertThat(PlantedGraphs.adjustedRandIndex(found, PlantedGraphs.planted(480, parts)))
        .isEqualTo(1);
  }

  @Test
  void shouldRecoverNearlyAllWhenThePlantedPartsAreWeaker() {
    WeightedGraph graph = PlantedGraphs.blocks(480, 8, 0.35, 0.1, 7);
    Partition planted = PlantedGraphs.planted(480, 8);

    Partition found = new MultilevelPartitioner().cut(graph, 8, 1);

    assertThat(PlantedGraphs.adjustedRandIndex(found, planted)).isGreaterThan(0.95);
    assertThat(PartitionQuality.cutWeight(graph, found))
        .isLessThanOrEqualTo(PartitionQuality.cutWeight(graph, planted));
  }

  @Test
  void shouldCutTheSameWhenTheSeedIsTheSame() {
    WeightedGraph graph = PlantedGraphs.blocks(240, 6, 0.2, 0.1, 3);

    Partition first = new MultilevelPartitioner().cut(graph, 6, 42);
    Partition second = new MultilevelPartitioner().cut(graph, 6, 42);

    assertThat(second).isEqualTo(first);
  }

  @Test
  void shouldCutLessThanAtRandomWhenThereIsLittleStructure() {
    WeightedGraph graph = PlantedGraphs.blocks(256, 8, 0.1, 0.1, 3);

    long cut = PartitionQuality.cutWeight(graph, new MultilevelPartitioner().cut(graph, 8, 1));

    for (int seed = 0; seed < 10; seed++) {
      Partition random = RandomPartition.cut(256, 8, seed);
      assertThat(cut).isLessThan(PartitionQuality.cutWeight(graph, random) * 95 / 100);
    }
  }

  @Test
  void shouldSplitIntoSinglesAndNotAtAll() {
    WeightedGraph graph = PlantedGraphs.blocks(12, 3, 0.9, 0.2, 3);

    assertThat(new MultilevelPartitioner().cut(graph, 12, 1).expertSize()).isEqualTo(1);
    assertThat(new MultilevelPartitioner().cut(graph, 1, 1).expertSize()).isEqualTo(12);
  }

  @Test
  void shouldStayBalancedWhenMostNodesHaveNoEdges() {
    long[][] weights = new long[300][300];
    for (int i = 0; i < 40; i++) {
      weights[i][i + 1] = 5;
      weights[i + 1][i] = 5;
    }
    WeightedGraph graph = PlantedGraphs.of(weights);

    Partition found = new MultilevelPartitioner().cut(graph, 6, 1);

    assertThat(found.expertSize()).isEqualTo(50);
    assertThat(PartitionQuality.cutWeight(graph, found)).isLessThanOrEqualTo(5);
  }

  @Property(tries = 60, seed = "11")
  void shouldBeExactlyBalancedForAnyGraph(
      @ForAll @IntRange(min = 1, max = 17) int parts,
      @ForAll @IntRange(min = 1, max = 12) int size,
      @ForAll @DoubleRange(min = 0, max = 0.5) double density,
      @ForAll long seed) {
    WeightedGraph graph = PlantedGraphs.blocks(parts * size, parts, density, density, seed);

    Partition found = new MultilevelPartitioner(1).cut(graph, parts, seed);

    int[] sizes = new int[parts];
    Arrays.stream(found.expertOf()).forEach(part -> sizes[part]++);
    assertThat(sizes).containsOnly(size);
    assertThat(
            PartitionQuality.cutWeight(graph, found) + PartitionQuality.withinWeight(graph, found))
        .isEqualTo(graph.edgeWeight());
  }

  @Test
  void shouldRefuseHeavyNodes() {
    WeightedGraph graph = new WeightedGraph(new int[3], new int[0], new long[0], new int[] {1, 2});

    assertThatThrownBy(() -> new MultilevelPartitioner().cut(graph, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("all nodes must have weight 1");
  }
}
