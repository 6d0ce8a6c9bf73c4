package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanOrderTest {

  @Test
  void shouldKeepSentencesOfTheSamePlansTogetherAndInOrder() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<int[]> plans = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(60); i++) {
        plans.add(random.ints(3, 0, 3).toArray());
      }
      int[] order = PlanOrder.of(plans);
      assertThat(Arrays.stream(order).sorted().toArray())
          .isEqualTo(IntStream.range(0, plans.size()).toArray());
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < order.length; i++) {
        String own = Arrays.toString(plans.get(order[i]));
        boolean begins = i == 0 || !own.equals(Arrays.toString(plans.get(order[i - 1])));
        assertThat(seen.add(own)).as("sentence %d of %s", i, own).isEqualTo(begins);
        assertThat(begins || order[i] > order[i - 1]).isTrue();
      }
    }
  }

  @Test
  void shouldChangeOneLayerAtATimeWhereItCan() {
    List<int[]> plans =
        List.of(
            new int[] {0, 0},
            new int[] {1, 1},
            new int[] {0, 1},
            new int[] {0, 0},
            new int[] {1, 0});
    // the largest group first, then a neighbour of it, and so on
    assertThat(PlanOrder.of(plans)).containsExactly(0, 3, 2, 1, 4);
  }
}
