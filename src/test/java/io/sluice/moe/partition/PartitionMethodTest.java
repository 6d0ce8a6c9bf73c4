package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartitionMethodTest {
  private final NeuronObservations layer = FiringGroups.layer(192, 6, 8);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RANDOM")
  void shouldFindTheGroupsOfAnyMethodButRandom(PartitionMethod method) {
    assertThat(method.cut(layer, 6, 1)).isEqualTo(PlantedGraphs.planted(192, 6));
  }

  @ParameterizedTest
  @EnumSource
  void shouldCutTheSameWhenTheSeedIsTheSame(PartitionMethod method) {
    Partition first = method.cut(layer, 12, 5);
    Partition second = method.cut(layer, 12, 5);

    assertThat(second).isEqualTo(first);
    assertThat(second.expertSize()).isEqualTo(16);
  }

  @Test
  void shouldDifferByMoreThanTheSeedWhenRandom() {
    Partition first = PartitionMethod.RANDOM.cut(layer, 6, 1);
    Partition second = PartitionMethod.RANDOM.cut(layer, 6, 2);

    assertThat(PlantedGraphs.adjustedRandIndex(first, second)).isBetween(-0.1, 0.1);
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeFoundByItsLabel(PartitionMethod method) {
    assertThat(PartitionMethod.of(method.label())).isSameAs(method);
  }

  @Test
  void shouldListTheLabelsWhenThereIsNoSuchMethod() {
    assertThat(PartitionMethod.K_MEANS_BIAS.label()).isEqualTo("k-means-bias");
    assertThatThrownBy(() -> PartitionMethod.of("metis"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no way to cut is called metis; there are random, k-means,");
  }

  @Test
  void shouldRefuseObservationsOfDifferentLayers() {
    assertThatThrownBy(
            () ->
                new NeuronObservations(
                    layer.weights(), new float[5], layer.coActivation(), layer.sample()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weights of 192 neurons, bias of 5, pairs of 192, sample of 192");
  }
}
