package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.nn.Workspace;
import io.sluice.shortlist.RowWords;
import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.WeightMatrix;
import io.sluice.tensor.dnnl.DnnlBackend;
import io.sluice.tensor.dnnl.DnnlLibrary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is ranked, against the soft-max of the words that are picked from all products. */
class WordRankingTest {
  private static final String PLACE = "output_projection";
  private static final int VOCABULARY = 150;
  private static final int WIDTH = 37;
  private static final int BEST = 3;

  private final Random random = new Random(11);
  private final int[] german = some(40);
  private final int[] english = some(33);
  private final int[] nothing = {};

  /** Directions that take turns, rows of one source, rows without a list or without own words. */
  private final List<RowWords> words =
      Arrays.asList(
          own(german, 20),
          own(english, 30),
          own(german, 0),
          null,
          own(nothing, 25),
          own(english, 9),
          own(german, 61),
          null);

  private final int[] sources = {2, 0, 1, 3, 0, 4, 5, 7, 6, 1};

  @ParameterizedTest
  @ValueSource(strings = {"openblas", "float32", "int8"})
  void shouldRankTheWordsThatEachRowMayUse(String products) {
    assumeTrue(DnnlLibrary.multipliesBytes() || !products.equals("int8"), "needs AVX-512 VNNI");
    float[] outputs = values(sources.length * WIDTH);
    try (MatrixBackend backend = backend(products)) {
      WeightMatrix all = backend.weight(PLACE, values(VOCABULARY * WIDTH), null, VOCABULARY, WIDTH);
      float[] logits = new float[sources.length * VOCABULARY];
      all.multiply(outputs, sources.length, logits);
      try (FrequentWords frequent = new FrequentWords(all)) {
        WordRanking ranking =
            new WordRanking(
                all, backend.kernels(), words, frequent, row -> sources[row], new Workspace());
        for (int rows : new int[] {sources.length, 1, 4}) {
          int[] ids = new int[rows * BEST];
          float[] scores = new float[rows * BEST];
          ranking.rank(outputs, rows, BEST, ids, scores);
          for (int row = 0; row < rows; row++) {
            assertRanked(
                row,
                Arrays.copyOfRange(logits, row * VOCABULARY, (row + 1) * VOCABULARY),
                ids,
                scores);
          }
        }
      }
    }
  }

  private void assertRanked(int row, float[] logits, int[] ids, float[] scores) {
    RowWords mine = words.get(sources[row]);
    int[] allowed =
        mine == null
            ? IntStream.range(0, VOCABULARY).toArray()
            : IntStream.range(0, mine.count()).map(mine::id).toArray();
    double sum = Arrays.stream(allowed).mapToDouble(id -> Math.exp(logits[id])).sum();
    int[] best =
        Arrays.stream(allowed)
            .boxed()
            .sorted((a, b) -> Float.compare(logits[b], logits[a]))
            .limit(BEST)
            .mapToInt(Integer::intValue)
            .toArray();
    assertThat(Arrays.copyOfRange(ids, row * BEST, (row + 1) * BEST))
        .as("row %d", row)
        .isEqualTo(best);
    for (int i = 0; i < BEST; i++) {
      assertThat((double) scores[row * BEST + i])
          .isCloseTo(logits[best[i]] - Math.log(sum), within(1e-4));
    }
  }

  private static MatrixBackend backend(String products) {
    Kernels kernels = KernelChoice.of(KernelChoice.Request.AUTO);
    return switch (products) {
      case "int8" -> DnnlBackend.int8(Map.of(PLACE, new ActivationRange(-3, 3)), kernels);
      case "float32" -> DnnlBackend.float32(kernels);
      default -> new Nd4jBackend(kernels);
    };
  }

  private RowWords own(int[] frequent, int count) {
    int[] others =
        Arrays.stream(some(VOCABULARY))
            .filter(id -> Arrays.binarySearch(frequent, id) < 0)
            .limit(count)
            .toArray();
    return new RowWords(frequent, others);
  }

  private int[] some(int count) {
    return random.ints(count, 0, VOCABULARY).distinct().sorted().toArray();
  }

  private float[] values(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
