package io.sluice.search;

import io.sluice.search.ScriptedScorer.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Finds the best output by looking at all of them. */
final class BruteForce {
  static final int END = 0;
  static final int FIRST = 9; // the forced first token; never scored

  private BruteForce() {}

  /**
   * An output.
   *
   * @param tokens without the end of the sentence
   * @param steps with it
   */
  record Output(List<Integer> tokens, int steps, boolean ended, double sum) {

    double normalised(double lengthPenalty) {
      return sum / Math.pow(steps, lengthPenalty);
    }
  }

  /** Every output of at most {@code cap} steps; what is not ended by then is cut off. */
  static List<Output> all(Script script, int source, int cap) {
    List<Output> outputs = new ArrayList<>();
    extend(script, source, cap, List.of(), 0, outputs);
    return outputs;
  }

  private static void extend(
      Script script, int source, int cap, List<Integer> tokens, double sum, List<Output> outputs) {
    float[] scores = scores(script, source, tokens);
    int steps = tokens.size() + 1;
    outputs.add(new Output(tokens, steps, true, sum + scores[END]));
    for (int token = 1; token < scores.length; token++) {
      List<Integer> longer = new ArrayList<>(tokens);
      longer.add(token);
      if (steps == cap) {
        outputs.add(new Output(longer, steps, false, sum + scores[token]));
      } else {
        extend(script, source, cap, longer, sum + scores[token], outputs);
      }
    }
  }

  /** The output that takes the most likely token at each step. */
  static Output greedy(Script script, int source, int cap) {
    List<Integer> tokens = new ArrayList<>();
    double sum = 0;
    for (int steps = 1; ; steps++) {
      float[] scores = scores(script, source, tokens);
      int best = 0;
      for (int token = 1; token < scores.length; token++) {
        best = scores[token] > scores[best] ? token : best;
      }
      sum += scores[best];
      if (best == END) {
        return new Output(tokens, steps, true, sum);
      }
      tokens.add(best);
      if (steps == cap) {
        return new Output(tokens, steps, false, sum);
      }
    }
  }

  private static float[] scores(Script script, int source, List<Integer> tokens) {
    List<Integer> prefix = new ArrayList<>(List.of(FIRST));
    prefix.addAll(tokens);
    return script.next(source, prefix);
  }

  /** Random but fixed: the same prefix of the same source row always has the same distribution. */
  static Script random(int vocabulary, long seed) {
    return (source, prefix) -> {
      Random random = new Random(seed * 31_337 + source * 7_919L + prefix.hashCode() * 104_729L);
      random.nextInt();
      double[] weights = new double[vocabulary];
      double total = 0;
      for (int token = 0; token < vocabulary; token++) {
        weights[token] = Math.exp(1.5 * random.nextGaussian());
        total += weights[token];
      }
      float[] scores = new float[vocabulary];
      for (int token = 0; token < vocabulary; token++) {
        scores[token] = (float) Math.log(weights[token] / total);
      }
      return scores;
    };
  }
}
