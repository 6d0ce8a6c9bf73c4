package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CapturedMassRefinementTest {
  private static final int NEURONS = 64;
  private static final int GROUPS = 8;

  @Test
  void shouldCountTheShareOfTheBestExperts() {
    ContributionSample sample = new ContributionSample(new float[] {1, 2, 1, 1});
    sample.add(new float[] {1, 1, 0, 2}, 0); // masses 3 and 2
    sample.add(new float[] {0, 0, 4, 1}, 0); // masses 0 and 5
    Partition partition = new Partition(new int[] {0, 0, 1, 1}, 2);

    assertThat(sample.captured(partition, 1)).isCloseTo(0.8, within(1e-12));
    assertThat(sample.captured(partition, 2)).isEqualTo(1);
    assertThatThrownBy(() -> sample.captured(partition, 3)).hasMessage("3 of 2 experts cannot run");
  }

  @Test
  void shouldNearlyReachThePlantedGroupsWhenStartedAtRandom() {
    ContributionSample sample = sample(NEURONS, 600, 3);
    Partition random = RandomPartition.cut(NEURONS, GROUPS, 1);
    double most = sample.captured(PlantedGraphs.planted(NEURONS, GROUPS), 1);
    double least = sample.captured(random, 1);

    Partition refined = new CapturedMassRefinement(20_000).refine(random, sample, 1);

    assertThat(most).isGreaterThan(1.5 * least);
    assertThat(sample.captured(refined, 1)).isGreaterThan(least + 0.9 * (most - least));
  }

  @Test
  void shouldRepairThePlantedGroupsWhenSomeNeuronsWereSwapped() {
    ContributionSample sample = sample(NEURONS, 600, 3);
    Partition planted = PlantedGraphs.planted(NEURONS, GROUPS);
    int[] spoilt = planted.expertOf();
    for (int neuron = 0; neuron < 16; neuron += 2) {
      int other = spoilt[neuron];
      spoilt[neuron] = spoilt[neuron + 1];
      spoilt[neuron + 1] = other;
    }

    Partition refined =
        new CapturedMassRefinement(20_000).refine(new Partition(spoilt, GROUPS), sample, 1);

    assertThat(refined).isEqualTo(planted);
  }

  /** The search believes its sums of differences; here they are counted anew. */
  @Property(tries = 40, seed = "14")
  void shouldNeverCaptureLess(@ForAll @IntRange(min = 1, max = 12) int experts, @ForAll long seed) {
    ContributionSample sample = sample(experts * 6, 80, seed);
    Partition start = RandomPartition.cut(experts * 6, experts, seed);

    Partition one = new CapturedMassRefinement(40).refine(start, sample, seed);
    Partition more = new CapturedMassRefinement(400).refine(start, sample, seed);

    assertThat(aim(sample, one)).isGreaterThanOrEqualTo(aim(sample, start) - 1e-9);
    assertThat(aim(sample, more)).isGreaterThanOrEqualTo(aim(sample, one) - 1e-9);
  }

  @Test
  void shouldRefineTheSameWhenTheSeedIsTheSame() {
    ContributionSample sample = sample(NEURONS, 100, 3);
    Partition start = RandomPartition.cut(NEURONS, GROUPS, 1);

    Partition first = new CapturedMassRefinement(1000).refine(start, sample, 5);
    Partition second = new CapturedMassRefinement(1000).refine(start, sample, 5);

    assertThat(second).isEqualTo(first).isNotEqualTo(start);
  }

  private static double aim(ContributionSample sample, Partition partition) {
    int experts = partition.experts();
    return Arrays.stream(new int[] {experts / 8, experts / 4, experts / 2})
        .filter(k -> k > 0)
        .distinct()
        .mapToDouble(k -> sample.captured(partition, k))
        .sum();
  }

  private static ContributionSample sample(int neurons, int tokens, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] scales = new float[neurons];
    Arrays.fill(scales, 0.5f);
    ContributionSample sample = new ContributionSample(scales);
    float[] activations = new float[neurons];
    for (int token = 0; token < tokens; token++) {
      int awake = random.nextInt(GROUPS);
      for (int neuron = 0; neuron < neurons; neuron++) {
        double probability = neuron % GROUPS == awake ? 0.7 : 0.1;
        activations[neuron] = random.nextDouble() < probability ? (float) random.nextDouble() : -1;
      }
      sample.add(activations, 0);
    }
    return sample;
  }
}
