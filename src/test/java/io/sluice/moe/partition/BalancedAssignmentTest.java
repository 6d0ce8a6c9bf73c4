package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BalancedAssignmentTest {

  @Property(tries = 200, seed = "13")
  void shouldCostWhatAMinimumCostFlowCosts(
      @ForAll @IntRange(min = 1, max = 7) int clusters,
      @ForAll @IntRange(min = 1, max = 8) int size,
      @ForAll long seed) {
    int points = clusters * size;
    double[] costs = skewed(points, clusters, seed);

    int[] assigned = BalancedAssignment.assign(costs, points, clusters);

    double sum = 0;
    for (int point = 0; point < points; point++) {
      sum += costs[point * clusters + assigned[point]];
    }
    assertThat(new Partition(assigned, clusters).expertSize()).isEqualTo(size);
    assertThat(sum).isCloseTo(MinimumCostFlow.cost(costs, points, clusters), within(1e-9));
  }

  @Test
  void shouldBalanceWhenAllCostsAreEqual() {
    int[] assigned = BalancedAssignment.assign(new double[12 * 4], 12, 4);

    assertThat(new Partition(assigned, 4).expertSize()).isEqualTo(3);
  }

  @Test
  void shouldMoveAlongAChainWhenThatIsCheapest() {
    // both points like cluster 0; the second can only pass the place on
    double[] costs = {0, 9, 9, 0, 1, 9, 9, 0, 1};

    assertThat(BalancedAssignment.assign(costs, 3, 3)).containsExactly(0, 1, 2);
  }

  /** Most points prefer the first clusters, so many must move. */
  private static double[] skewed(int points, int clusters, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] costs = new double[points * clusters];
    for (int i = 0; i < costs.length; i++) {
      costs[i] = random.nextDouble() + 0.3 * (i % clusters);
    }
    return costs;
  }
}
