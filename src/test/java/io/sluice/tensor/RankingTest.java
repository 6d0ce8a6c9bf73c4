package io.sluice.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The best of a row of logits, by vector instructions and in plain Java. */
class RankingTest {
  private static final float[] ODD = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 0f, Float.MAX_VALUE
  };

  private final Kernels vector = vector();

  private static Kernels vector() {
    Assumptions.assumeTrue(
        KernelChoice.vectorPresent(), "needs --add-modules jdk.incubator.vector");
    return KernelChoice.of(KernelChoice.Request.VECTOR);
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Ranked(int[] ids, float[] logProbabilities) {}

  @Property(tries = 300)
  void shouldRankAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int width,
      @ForAll @IntRange(min = 1, max = 9) int wanted,
      @ForAll @IntRange(max = 20) int from) {
    Random random = new Random(seed);
    float[] logits = new float[from + width];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.round(random.nextGaussian() * 8) / 2f; // with many ties
    }
    int best = Math.min(wanted, width);

    Ranked expected = rank(Kernels.scalar(), logits, from, width, best);
    Ranked actual = rank(vector, logits, from, width, best);

    assertThat(actual.ids).containsExactly(expected.ids);
    assertThat(actual.logProbabilities).containsExactly(expected.logProbabilities, within(4e-6f));
  }

  @Property(tries = 300)
  void shouldTreatOddValuesAsPlainJavaDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 200) int width,
      @ForAll @IntRange(min = 1, max = 40) int odd) {
    Random random = new Random(seed);
    float[] logits = new float[width];
    for (int i = 0; i < width; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < odd; i++) {
      logits[random.nextInt(width)] = ODD[random.nextInt(ODD.length)];
    }

    Ranked expected = rank(Kernels.scalar(), logits, 0, width, 2);
    Ranked actual = rank(vector, logits, 0, width, 2);

    assertThat(actual.ids).containsExactly(expected.ids);
    for (int i = 0; i < 2; i++) {
      assertThat(near(actual.logProbabilities[i], expected.logProbabilities[i]))
          .as(
              "%s and %s",
              Arrays.toString(actual.logProbabilities), Arrays.toString(expected.logProbabilities))
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 63, 64, 65, 127, 8000, 8258})
  void shouldTakeTheSmallerIdWhenTwoAreEqual(int first) {
    float[] logits = new float[8259];
    logits[first] = 3f;
    logits[8258] = 3f;

    Ranked ranked = rank(vector, logits, 0, logits.length, 2);

    assertThat(ranked.ids[0]).isEqualTo(first);
    assertThat(ranked.ids[1]).isEqualTo(first == 8258 ? 0 : 8258);
  }

  private static Ranked rank(Kernels kernels, float[] logits, int from, int width, int best) {
    int[] ids = new int[best + 1];
    float[] logProbabilities = new float[best + 1];
    kernels.topLogProbabilities(logits, from, width, best, ids, logProbabilities, 1);
    return new Ranked(
        Arrays.copyOfRange(ids, 1, best + 1), Arrays.copyOfRange(logProbabilities, 1, best + 1));
  }

  /** Equal, both NaN, or near. */
  private static boolean near(float a, float b) {
    return Float.compare(a, b) == 0
        || a == b
        || Math.abs(a - b) <= 4e-6f * Math.max(1, Math.abs(b));
  }
}
