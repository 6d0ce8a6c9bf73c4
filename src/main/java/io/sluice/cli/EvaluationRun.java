package io.sluice.cli;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TeacherForcing;
import io.sluice.engine.TeacherForcing.Answer;
import io.sluice.engine.TeacherForcing.Example;
import io.sluice.engine.TransformerTranslator;
import io.sluice.quality.Bleu;
import io.sluice.quality.Chrf;
import io.sluice.text.Lines;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Translates a parallel text with one budget after the other. Call from one thread. */
final class EvaluationRun {
  private final TransformerTranslator translator;
  private final LanguagePair languages;
  private final List<String> sources;
  private final List<String> references;
  private final int batch;
  private final int threads;
  private final Progress progress;

  EvaluationRun(
      TransformerTranslator translator,
      LanguagePair languages,
      List<String> sources,
      List<String> references,
      BatchOptions batching,
      Progress progress) {
    this.translator = translator;
    this.languages = languages;
    this.sources = List.copyOf(sources);
    this.references = List.copyOf(references);
    this.batch = batching.batch();
    this.threads = batching.threads();
    this.progress = progress;
  }

  /** Number of sentences. */
  int sentences() {
    return sources.size();
  }

  /** Everything that is measured of one budget. Only the translation is timed, once it is warm. */
  Evaluation evaluate(ExpertBudget budget) {
    List<String> texts = new ArrayList<>();
    long tokens = 0;
    double seconds;
    try (LineTranslator lines = new LineTranslator(translator, budget, batch, threads)) {
      // the first batches run in the interpreter, and plans are packed when they are first used
      lines.translate(
          sources.subList(0, Math.min(sources.size(), lines.windowSize() / 4)), languages);
      long started = System.nanoTime();
      for (int from = 0; from < sources.size(); from += lines.windowSize()) {
        List<String> window =
            sources.subList(from, Math.min(sources.size(), from + lines.windowSize()));
        for (LineTranslator.Line line : lines.run(window, languages)) {
          tokens += line.parts().stream().mapToLong(part -> part.statistics().tokens()).sum();
          texts.add(Lines.toOneLine(translator.assemble(line.prepared(), line.parts()).text()));
        }
        progress.at(texts.size());
      }
      seconds = (System.nanoTime() - started) / 1e9;
    }
    Answer[] answers = answers(budget);
    int count = sources.size();
    long[][] bleu = new long[count][];
    long[][] chrf = new long[count][];
    float[][] logProbabilities = new float[count][];
    int[][] choices = new int[count][];
    for (int i = 0; i < count; i++) {
      bleu[i] = Bleu.counts(texts.get(i), List.of(references.get(i)));
      chrf[i] = Chrf.counts(texts.get(i), List.of(references.get(i)));
      logProbabilities[i] = answers[i].logProbabilities();
      choices[i] = answers[i].best();
    }
    return new Evaluation(
        List.copyOf(texts), seconds, tokens, bleu, chrf, logProbabilities, choices);
  }

  /** Teacher-forced cross-entropy of the references, nats a token. */
  double crossEntropy(ExpertBudget budget) {
    double sum = 0;
    long count = 0;
    for (Answer answer : answers(budget)) {
      for (float logProbability : answer.logProbabilities()) {
        sum -= logProbability;
        count++;
      }
    }
    return sum / count;
  }

  /** Batches of similar length, several side by side. */
  private Answer[] answers(ExpertBudget budget) {
    TeacherForcing forcing = translator.teacherForcing();
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      examples.add(forcing.example(sources.get(i), references.get(i), languages));
    }
    List<Integer> order =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -examples.get(i).target().length))
            .toList();
    Answer[] answers = new Answer[examples.size()];
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int from = 0; from < order.size(); from += batch) {
        List<Integer> members = order.subList(from, Math.min(order.size(), from + batch));
        running.add(
            workers.submit(
                () -> {
                  List<Answer> found =
                      forcing.answer(members.stream().map(examples::get).toList(), budget);
                  for (int i = 0; i < members.size(); i++) {
                    answers[members.get(i)] = found.get(i);
                  }
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      workers.shutdownNow();
    }
  }
}
