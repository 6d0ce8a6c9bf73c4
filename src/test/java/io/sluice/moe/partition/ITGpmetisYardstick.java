package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.moe.partition.CoActivationGraph.Weighting;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our cuts against those of {@code gpmetis}, both its schemes, on the same graphs: no worse when
 * its parts are made equal too, and within 3 % of its unequal parts. Skipped where Debian's package
 * metis is not installed.
 */
class ITGpmetisYardstick {
  private static CoActivation counts;

  @TempDir Path folder;

  @BeforeAll
  static void countRealActivations() throws IOException {
    assumeThat(Gpmetis.installed()).as("gpmetis (Debian package metis) is installed").isTrue();
    counts = RealActivations.ofDecoderLayer(1);
  }

  @ParameterizedTest
  @EnumSource
  void shouldCutNoMoreWhenTheGraphIsOfTheBundledModel(Weighting weighting)
      throws IOException, InterruptedException {
    WeightedGraph graph = CoActivationGraph.of(counts, weighting);
    for (int parts : new int[] {8, 16, 32, 64}) {
      compare("decoder layer 1, " + weighting, graph, parts);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void shouldCutNoMoreWhenTheGraphIsABlockModel(int parts)
      throws IOException, InterruptedException {
    compare("64 blocks", PlantedGraphs.blocks(1024, 64, 0.5, 0.05, 1), parts);
  }

  private void compare(String name, WeightedGraph graph, int parts)
      throws IOException, InterruptedException {
    int[] kWay = Gpmetis.cut(graph, parts, false, folder);
    int[] bisected = Gpmetis.cut(graph, parts, true, folder);
    long unbalanced = Math.min(Gpmetis.cutWeight(graph, kWay), Gpmetis.cutWeight(graph, bisected));
    long balanced =
        Math.min(
            PartitionQuality.cutWeight(graph, Gpmetis.rebalanced(graph, kWay, parts)),
            PartitionQuality.cutWeight(graph, Gpmetis.rebalanced(graph, bisected, parts)));

    long ours = PartitionQuality.cutWeight(graph, new MultilevelPartitioner().cut(graph, parts, 1));

    System.out.printf(
        "%s, N = %d: ours %d, gpmetis made equal %d (k-way at random as in the original %d), "
            + "unequal %d, random %d%n",
        name,
        parts,
        ours,
        balanced,
        PartitionQuality.cutWeight(graph, Gpmetis.rebalancedAtRandom(kWay, parts, 1)),
        unbalanced,
        PartitionQuality.cutWeight(graph, RandomPartition.cut(graph.nodes(), parts, 1)));
    assertThat(ours).isLessThanOrEqualTo(balanced).isLessThanOrEqualTo(unbalanced * 103 / 100);
  }
}
