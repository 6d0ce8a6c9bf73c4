package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.moe.partition.CoActivationGraph.Weighting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CoActivationGraphTest {
  /** Neurons 0 and 1 fire together 8 times of 8 and 16, neuron 2 with 1 twice, neuron 3 never. */
  private static CoActivation four() {
    CoActivation.Counter counter = new CoActivation.Counter(4);
    for (int token = 0; token < 64; token++) {
      float first = token < 8 ? 1 : 0;
      float second = token < 16 ? 1 : 0;
      float third = token >= 14 && token < 22 ? 1 : 0;
      counter.add(new float[] {first, second, third, 0}, 1);
    }
    return counter.result();
  }

  @Test
  void shouldWeighByCount() {
    WeightedGraph graph = CoActivationGraph.of(four(), Weighting.COUNT, 3);

    assertThat(graph.edges()).isEqualTo(2);
    assertThat(graph.weight(0, 1)).isEqualTo(1000);
    assertThat(graph.weight(2, 1)).isEqualTo(250);
  }

  @Test
  void shouldWeighByCosine() {
    WeightedGraph graph = CoActivationGraph.of(four(), Weighting.COSINE, 3);

    // 8 / √(8·16) against 2 / √(8·16)
    assertThat(graph.weight(0, 1)).isEqualTo(1000);
    assertThat(graph.weight(1, 2)).isEqualTo(250);
  }

  @Test
  void shouldKeepOnlyMoreThanChanceWhenWeighingByMutualInformation() {
    WeightedGraph graph = CoActivationGraph.of(four(), Weighting.MUTUAL_INFORMATION, 3);

    // 8·64 > (8 + 8)·(16 + 8), but 2·64 is less
    assertThat(graph.edges()).isEqualTo(1);
    assertThat(graph.weight(1, 0)).isEqualTo(1000);
  }

  @Test
  void shouldKeepTheHeaviestOfEitherEndWhenThinned() {
    WeightedGraph graph = CoActivationGraph.of(four(), Weighting.COUNT, 1);

    assertThat(graph.weight(0, 1)).isPositive();
    assertThat(graph.weight(1, 2)).as("chosen by neuron 2 only").isPositive();
    assertThat(graph.degree(3)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Weighting.class)
  void shouldBeSymmetricWithAscendingRows(Weighting weighting) {
    CoActivation counts = CoActivation.of(FiringGroups.sample(96, 4, 2000, 3));
    WeightedGraph graph = CoActivationGraph.of(counts, weighting, 10);

    assertThat(graph.nodes()).isEqualTo(96);
    for (int node = 0; node < graph.nodes(); node++) {
      assertThat(graph.degree(node)).isBetween(1, 95);
      int before = -1;
      for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
        int other = graph.neighbours()[at];
        assertThat(other).isGreaterThan(before).isNotEqualTo(node);
        assertThat(graph.weights()[at]).isBetween(1L, 1000L).isEqualTo(graph.weight(other, node));
        before = other;
      }
    }
  }
}
