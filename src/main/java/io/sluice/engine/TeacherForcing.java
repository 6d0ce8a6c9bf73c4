package io.sluice.engine;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.model.ActivationListener;
import io.sluice.model.DecoderState;
import io.sluice.model.EncoderOutput;
import io.sluice.model.Transformer;
import io.sluice.nn.Workspace;
import io.sluice.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the model says about a translation that is given: it is fed the reference token by token,
 * and asked each time how probable the next one is and which one it would have chosen. Texts are
 * taken whole, without segmentation. Thread-safe; each thread has its own scratch memory.
 */
public final class TeacherForcing {
  private final Transformer model;
  private final Tokenizer tokenizer;
  private final ModelBudgets budgets;
  private final ThreadLocal<Workspace> workspaces = ThreadLocal.withInitial(Workspace::new);

  TeacherForcing(Transformer model, Tokenizer tokenizer, ModelBudgets budgets) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.budgets = budgets;
  }

  /**
   * A source and its translation.
   *
   * @param source token ids: language, pieces, end of sentence
   * @param target token ids in the same form
   */
  @SuppressWarnings("ArrayRecordComponent") // owned by the example, never compared
  public record Example(int[] source, int[] target) {

    /** Tokens that are predicted: the pieces and the end of the sentence. */
    public int positions() {
      return target.length - 1;
    }
  }

  /**
   * What the model said at each position of one example.
   *
   * @param logProbabilities natural log-probability of the reference's token
   * @param best the most probable token, ties to the smaller id
   */
  @SuppressWarnings("ArrayRecordComponent") // owned by its reader, never compared
  public record Answer(float[] logProbabilities, int[] best) {}

  /**
   * Tokenises a source and its translation.
   *
   * @throws io.sluice.domain.RejectedException if the direction is not served
   */
  public Example example(String source, String target, LanguagePair languages) {
    return new Example(
        tokenizer.encode(source, languages),
        tokenizer.encode(target, new LanguagePair(languages.target(), languages.source())));
  }

  /**
   * Feeds a batch.
   *
   * @param batch B examples, at least 1, of any directions
   * @param budget experts to run
   * @return B answers, in the order of the batch
   */
  public List<Answer> answer(List<Example> batch, ExpertBudget budget) {
    Workspace workspace = workspaces.get();
    int[] languages = batch.stream().mapToInt(example -> example.target[0]).toArray();
    EncoderOutput encoded =
        model
            .encoder()
            .encode(
                batch.stream().map(Example::source).toList(),
                budgets.encoder(budget),
                workspace,
                ActivationListener.NONE);
    DecoderState state =
        model.decoder().begin(encoded, budgets.decoder(budget), languages, workspace);
    List<Answer> answers = new ArrayList<>();
    for (Example example : batch) {
      answers.add(new Answer(new float[example.positions()], new int[example.positions()]));
    }
    int[] rows = new int[batch.size()]; // example of each row of the state
    Arrays.setAll(rows, i -> i);
    int[] start = new int[rows.length];
    Arrays.fill(start, model.config().startToken());
    model.decoder().step(state, rows, start, null, workspace, ActivationListener.NONE);
    for (int position = 0; rows.length > 0; position++) {
      rows = step(batch, answers, state, rows, position, workspace);
    }
    return answers;
  }

  /** One token of each example that is long enough; the others leave. */
  private int[] step(
      List<Example> batch,
      List<Answer> answers,
      DecoderState state,
      int[] rows,
      int position,
      Workspace workspace) {
    int[] parents = new int[rows.length];
    int[] tokens = new int[rows.length];
    int[] staying = new int[rows.length];
    int count = 0;
    for (int row = 0; row < rows.length; row++) {
      Example example = batch.get(rows[row]);
      if (position < example.positions()) {
        parents[count] = row;
        tokens[count] = example.target[position];
        staying[count++] = rows[row];
      }
    }
    if (count == 0) {
      return new int[0];
    }
    int vocabulary = model.decoder().vocabulary();
    float[] logits = workspace.array(Workspace.Use.LOGITS, count * vocabulary);
    model
        .decoder()
        .step(
            state,
            Arrays.copyOf(parents, count),
            Arrays.copyOf(tokens, count),
            logits,
            workspace,
            ActivationListener.NONE);
    int[] best = new int[1];
    float[] logProbability = new float[1];
    for (int row = 0; row < count; row++) {
      int from = row * vocabulary;
      model
          .decoder()
          .kernels()
          .topLogProbabilities(logits, from, vocabulary, 1, best, logProbability, 0);
      int expected = batch.get(staying[row]).target[position + 1];
      Answer answer = answers.get(staying[row]);
      answer.best[position] = best[0];
      answer.logProbabilities[position] =
          logProbability[0] + logits[from + expected] - logits[from + best[0]];
    }
    return Arrays.copyOf(staying, count);
  }
}
