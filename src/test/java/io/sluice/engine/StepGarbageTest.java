package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.model.DecoderState;
import io.sluice.model.EncoderOutput;
import io.sluice.model.LayerBudgets;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.shortlist.RowWords;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.Allocations;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a decoder step leaves to the garbage collector, with plain Java between the products:
 * whether the JIT compiler turns every vector into a register is not ours to decide.
 */
class StepGarbageTest {
  private static final int STEPS = 20; // fewer than the cache holds before it grows
  private static final int ROUNDS = 60;

  @ParameterizedTest
  @CsvSource({
    "ALL, 1, false",
    "ALL, 8, false",
    "TOKEN, 8, false",
    "SENTENCE, 8, false",
    "ALL, 1, true",
    "ALL, 8, true"
  })
  void shouldLeaveNoGarbageWhenStepsAreTaken(Mode mode, int rows, boolean shortlist) {
    try (Transformer model =
        TransformerLoader.load(ModelBundle.bundled(), new Nd4jBackend(Kernels.scalar()))) {
      int layers = model.decoder().feedForwards().size();
      LayerBudgets budgets =
          mode == Mode.ALL ? LayerBudgets.ALL : LayerBudgets.uniform(mode, 8, layers);
      Workspace workspace = new Workspace();
      List<int[]> sources = Collections.nCopies(rows, IntStream.range(300, 312).toArray());
      EncoderOutput encoded = model.encoder().encode(sources, workspace);
      int[] parents = IntStream.range(0, rows).toArray();
      int[] tokens = new int[rows];
      Arrays.fill(tokens, 500);
      int[] ids = new int[2 * rows];
      float[] scores = new float[2 * rows];

      RowWords words =
          new RowWords(IntStream.range(0, 900).toArray(), IntStream.range(900, 960).toArray());
      FrequentWords frequent = new FrequentWords(model.decoder().projection());

      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && least > STEPS; round++) {
        DecoderState state = model.decoder().begin(encoded, budgets, tokens, workspace);
        WordRanking ranking =
            shortlist
                ? new WordRanking(
                    model.decoder().projection(),
                    model.decoder().kernels(),
                    Collections.nCopies(rows, words),
                    frequent,
                    state::source,
                    workspace)
                : null;
        DecoderScorer scorer = new DecoderScorer(model.decoder(), state, ranking, workspace);
        scorer.step(parents, tokens, rows, rows, 2, ids, scores); // plans and routes are made here
        long allocated =
            Allocations.of(
                () -> {
                  for (int step = 1; step < STEPS; step++) {
                    scorer.step(parents, tokens, rows, rows, 2, ids, scores);
                  }
                });
        least = Math.min(least, allocated);
      }

      frequent.close();
      assertThat(least).as("bytes of %d steps, mode %s", STEPS - 1, mode).isLessThan(STEPS);
    }
  }
}
