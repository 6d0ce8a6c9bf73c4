package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PartitionTest {

  @Test
  void shouldGiveMembersAndOrderWhenCut() {
    Partition partition = new Partition(new int[] {1, 0, 2, 1, 2, 0}, 3);

    assertThat(partition.members(1)).containsExactly(0, 3);
    assertThat(partition.order()).containsExactly(1, 5, 0, 3, 2, 4);
    assertThat(partition.expertSize()).isEqualTo(2);
    assertThat(partition.expertOf(4)).isEqualTo(2);
  }

  @Test
  void shouldNumberExpertsByTheirSmallestNeuronWhenCanonical() {
    Partition partition = Partition.canonical(new int[] {2, 0, 1, 2, 1, 0}, 3);

    assertThat(partition.expertOf()).containsExactly(0, 1, 2, 0, 2, 1);
    assertThat(partition).isEqualTo(Partition.canonical(new int[] {1, 2, 0, 1, 0, 2}, 3));
    assertThat(partition).hasSameHashCodeAs(new Partition(new int[] {0, 1, 2, 0, 2, 1}, 3));
  }

  @Test
  void shouldKeepItsOwnCopyWhenTheArrayChanges() {
    int[] expertOf = {0, 1};
    Partition partition = new Partition(expertOf, 2);
    expertOf[0] = 1;
    partition.expertOf()[1] = 0;

    assertThat(partition.expertOf()).containsExactly(0, 1);
  }

  @Test
  void shouldRefuseWhenExpertsAreNotEqual() {
    assertThatThrownBy(() -> new Partition(new int[] {0, 0, 0, 1}, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expert 0 has 3 neurons instead of 2");
    assertThatThrownBy(() -> new Partition(new int[] {0, 2}, 2))
        .hasMessage("neuron 1 has expert 2, but there are 2 experts");
  }

  @Test
  void shouldRefuseEveryMethodWhenNeuronsAreNotDivisible() {
    WeightedGraph graph = PlantedGraphs.blocks(10, 2, 0.9, 0.1, 1);
    NeuronFeatures features = new NeuronFeatures(new float[20], 10, 2);
    String message = "10 neurons cannot be cut into 4 experts of equal size";

    assertThatThrownBy(() -> RandomPartition.cut(10, 4, 1)).hasMessage(message);
    assertThatThrownBy(() -> new MultilevelPartitioner().cut(graph, 4, 1)).hasMessage(message);
    assertThatThrownBy(() -> new BalancedKMeans().cut(features, 4, 1)).hasMessage(message);
    assertThatThrownBy(() -> RandomPartition.cut(10, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
