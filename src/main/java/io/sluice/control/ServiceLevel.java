package io.sluice.control;

import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import java.util.List;

/**
 * One rung of the service ladder.
 *
 * @param number 0 is full quality; larger numbers are cheaper and worse
 * @param decoderExperts experts of each decoder layer
 * @param encoderExperts experts of each encoder layer
 * @param mode how they are chosen; DENSE if all of them run
 * @param beam hypotheses kept in search, at least 1
 * @param shortlist true if output words are chosen from a shortlist of the vocabulary
 * @param cost time of a typical batch as a share of that at full quality
 * @param bleuLoss BLEU points below full quality, measured, at least 0
 * @param differs share of the sentences whose text is another than at full quality
 * @param distance mean chrF distance (0 to 1) of these texts from those at full quality
 * @param crossEntropyChange nats a token above full quality, teacher-forced
 */
public record ServiceLevel(
    int number,
    List<Integer> decoderExperts,
    List<Integer> encoderExperts,
    RoutingMode mode,
    int beam,
    boolean shortlist,
    double cost,
    double bleuLoss,
    double differs,
    double distance,
    double crossEntropyChange) {

  public ServiceLevel {
    decoderExperts = List.copyOf(decoderExperts);
    encoderExperts = List.copyOf(encoderExperts);
    if (number < 0 || beam < 1 || !(cost > 0) || !(bleuLoss >= 0)) {
      throw new IllegalArgumentException(
          "level %d: beam %d, cost %s, loss %s".formatted(number, beam, cost, bleuLoss));
    }
  }

  /** The same with another number. */
  public ServiceLevel numbered(int another) {
    return new ServiceLevel(
        another,
        decoderExperts,
        encoderExperts,
        mode,
        beam,
        shortlist,
        cost,
        bleuLoss,
        differs,
        distance,
        crossEntropyChange);
  }

  /** The same with another search, and what it costs and loses then. */
  public ServiceLevel searching(
      int anotherBeam,
      double anotherCost,
      double anotherLoss,
      double anotherDiffers,
      double anotherDistance) {
    return new ServiceLevel(
        number,
        decoderExperts,
        encoderExperts,
        mode,
        anotherBeam,
        shortlist,
        anotherCost,
        anotherLoss,
        anotherDiffers,
        anotherDistance,
        crossEntropyChange);
  }

  /** Expected chrF distance between a text of this level and the one at full quality, 0 to 1. */
  public double expectedDistance() {
    return differs * distance;
  }

  /** The budget of a batch at this level, with the search of full quality. */
  ExpertBudget budget(BudgetCause cause, long backlogMillis) {
    return new ExpertBudget(decoderExperts, encoderExperts, mode, cause, backlogMillis);
  }

  /** True if no layer runs less than this share of its experts. */
  boolean keeps(double share, int decoderTotal, int encoderTotal) {
    int decoder = (int) Math.ceil(share * decoderTotal - 1e-9); // 0.1 × 30 is more than 3
    int encoder = (int) Math.ceil(share * encoderTotal - 1e-9);
    return decoderExperts.stream().allMatch(k -> k >= decoder)
        && encoderExperts.stream().allMatch(k -> k >= encoder);
  }

  /** Mean share of the experts that run, over all layers of both halves. */
  public double expertShare(int decoderTotal, int encoderTotal) {
    double sum = 0;
    for (int k : decoderExperts) {
      sum += (double) k / decoderTotal;
    }
    for (int k : encoderExperts) {
      sum += (double) k / encoderTotal;
    }
    return sum / (decoderExperts.size() + encoderExperts.size());
  }

  /** The first of a ladder, with the decoder's experts brought within bounds. */
  ServiceLevel within(int minimum, int maximum) {
    return new ServiceLevel(
        0,
        decoderExperts.stream().map(k -> Math.max(minimum, Math.min(maximum, k))).toList(),
        encoderExperts,
        mode == RoutingMode.DENSE ? RoutingMode.DEFAULT : mode,
        beam,
        shortlist,
        cost,
        bleuLoss,
        differs,
        distance,
        crossEntropyChange);
  }
}
