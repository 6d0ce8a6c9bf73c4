package io.sluice.moe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopExpertsTest {

  @Test
  void shouldChooseWhatSortingChooses() {
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      int experts = 1 + random.nextInt(40);
      int k = 1 + random.nextInt(experts);
      int always = random.nextInt(experts + 1);
      int offset = random.nextInt(3);
      float[] scores = new float[offset + experts];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(12) - 6; // many ties
      }
      byte[] chosen = new byte[offset + experts];
      TopExperts.mark(scores, offset, experts, k, always, chosen, offset);

      List<Integer> sorted =
          IntStream.range(0, experts)
              .boxed()
              .sorted(
                  Comparator.comparing((Integer e) -> e >= always)
                      .thenComparing(e -> e < always ? 0f : -scores[offset + e])
                      .thenComparing(Comparator.naturalOrder()))
              .limit(k)
              .sorted()
              .toList();
      assertThat(IntStream.range(0, experts).filter(e -> chosen[offset + e] == 1).boxed().toList())
          .isEqualTo(sorted);
    }
  }

  @Test
  void shouldNestWhenKGrows() {
    float[] scores = {0.3f, -1, 0.3f, 2, 0, 5, -7};
    byte[] before = new byte[7];
    for (int k = 1; k <= 7; k++) {
      byte[] chosen = new byte[7];
      TopExperts.mark(scores, 0, 7, k, 1, chosen, 0);
      for (int expert = 0; expert < 7; expert++) {
        assertThat(chosen[expert]).isGreaterThanOrEqualTo(before[expert]);
      }
      assertThat(IntStream.range(0, 7).filter(e -> chosen[e] == 1).count()).isEqualTo(k);
      before = chosen;
    }
  }
}
