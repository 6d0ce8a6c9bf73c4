package io.sluice.control;

import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import java.util.List;

/**
 * Says how many experts the next batch may run, and is told what it took. Thread-safe; read once
 * per batch.
 */
@FunctionalInterface
public interface BudgetSource {
  /**
   * The budget of a batch that is about to start.
   *
   * @param minimumExpertShare share of the experts, 0 to 1, that every row of the batch insists on
   *     having; 0: none does
   */
  ExpertBudget currentBudget(double minimumExpertShare);

  /**
   * A batch was translated.
   *
   * @param budget what {@link #currentBudget} returned for it
   * @param millis wall time of the model, milliseconds
   */
  default void translated(ExpertBudget budget, BatchWork work, double millis) {}

  /** Full quality, always. */
  static BudgetSource all() {
    return minimumExpertShare -> ExpertBudget.all();
  }

  /**
   * One budget for every batch, raised only where its rows insist on more; the cause is then FLOOR.
   *
   * @param decoderTotal experts N of a decoder layer
   * @param encoderTotal experts of an encoder layer
   */
  static BudgetSource fixed(ExpertBudget budget, int decoderTotal, int encoderTotal) {
    return share -> raised(budget, share, decoderTotal, encoderTotal);
  }

  /** A budget with at least this share of the experts in each layer; if it changes, by FLOOR. */
  static ExpertBudget raised(
      ExpertBudget budget, double minimumExpertShare, int decoderTotal, int encoderTotal) {
    List<Integer> decoder = raised(budget.decoderExperts(), minimumExpertShare, decoderTotal);
    List<Integer> encoder = raised(budget.encoderExperts(), minimumExpertShare, encoderTotal);
    return decoder.equals(budget.decoderExperts()) && encoder.equals(budget.encoderExperts())
        ? budget
        : new ExpertBudget(
            decoder,
            encoder,
            budget.mode(),
            BudgetCause.FLOOR,
            budget.backlogMillis(),
            budget.beam());
  }

  private static List<Integer> raised(List<Integer> experts, double share, int total) {
    int least = (int) Math.ceil(share * total - 1e-9); // 0.1 × 30 is a little more than 3
    return experts.stream().map(k -> Math.max(k, least)).toList();
  }
}
