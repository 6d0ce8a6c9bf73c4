package io.sluice.cli;

import io.sluice.quality.Chrf;
import java.util.List;

/**
 * What a level loses against full quality, measured on the same text in every direction and
 * averaged over the directions.
 *
 * @param bleu BLEU points lost; below 0: none
 * @param crossEntropyChange nats a token
 * @param differs share of the sentences whose text is another one
 * @param distance mean chrF distance of these, 0 to 1
 */
record LevelLoss(double bleu, double crossEntropyChange, double differs, double distance) {
  static final LevelLoss NONE = new LevelLoss(0, 0, 0, 0);

  /**
   * Compares.
   *
   * @param level one evaluation for each direction, at least one
   * @param full the same directions at full quality
   */
  static LevelLoss of(List<Evaluation> level, List<Evaluation> full) {
    double bleu = 0;
    double crossEntropy = 0;
    int sentences = 0;
    int differing = 0;
    double distance = 0;
    for (int i = 0; i < level.size(); i++) {
      bleu += full.get(i).bleu() - level.get(i).bleu();
      crossEntropy += level.get(i).crossEntropy() - full.get(i).crossEntropy();
      List<String> texts = level.get(i).texts();
      sentences += texts.size();
      for (int line = 0; line < texts.size(); line++) {
        String best = full.get(i).texts().get(line);
        if (!texts.get(line).equals(best)) {
          differing++;
          distance += 1 - Chrf.sentence(texts.get(line), List.of(best)) / 100;
        }
      }
    }
    return new LevelLoss(
        bleu / level.size(),
        crossEntropy / level.size(),
        (double) differing / sentences,
        differing == 0 ? 0 : distance / differing);
  }
}
