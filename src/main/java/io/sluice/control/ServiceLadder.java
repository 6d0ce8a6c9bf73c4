package io.sluice.control;

import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The levels between which a controller moves, from full quality down: each costs less than the one
 * before and loses at least as much. Immutable.
 *
 * @param levels numbered from 0; the first is full quality
 * @param decoderTotal experts N of a decoder layer
 * @param encoderTotal experts of an encoder layer
 * @param fullBeam hypotheses kept at full quality, which may be out of a user's bounds
 */
public record ServiceLadder(
    List<ServiceLevel> levels, int decoderTotal, int encoderTotal, int fullBeam) {
  /** Levels kept at most. */
  public static final int MOST_LEVELS = 10;

  public ServiceLadder {
    levels = List.copyOf(levels);
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("a ladder has at least one level");
    }
    for (int i = 0; i < levels.size(); i++) {
      ServiceLevel level = levels.get(i);
      if (level.number() != i) {
        throw new IllegalArgumentException("level " + level.number() + " at place " + i);
      }
      if (i > 0
          && (level.cost() >= levels.get(i - 1).cost()
              || level.bleuLoss() < levels.get(i - 1).bleuLoss())) {
        throw new IllegalArgumentException(
            "level " + i + " does not cost less and lose more than the one before");
      }
    }
  }

  /** A ladder whose first level is full quality. */
  public ServiceLadder(List<ServiceLevel> levels, int decoderTotal, int encoderTotal) {
    this(levels, decoderTotal, encoderTotal, levels.isEmpty() ? 1 : levels.get(0).beam());
  }

  /**
   * The ladder of the best among candidates: whatever costs as much as another and loses more is
   * left out; of too many, those that lose least by leaving stay away.
   *
   * @param full full quality
   * @param candidates any levels
   */
  public static ServiceLadder of(
      ServiceLevel full, List<ServiceLevel> candidates, int decoderTotal, int encoderTotal) {
    List<ServiceLevel> sorted = new ArrayList<>(candidates);
    sorted.sort(
        Comparator.comparingDouble(ServiceLevel::bleuLoss).thenComparingDouble(ServiceLevel::cost));
    List<ServiceLevel> front = new ArrayList<>(List.of(full));
    for (ServiceLevel level : sorted) {
      if (level.cost() < front.get(front.size() - 1).cost()) {
        front.add(level);
      }
    }
    while (front.size() > MOST_LEVELS) {
      front.remove(leastMissed(front));
    }
    List<ServiceLevel> numbered = new ArrayList<>();
    for (ServiceLevel level : front) {
      numbered.add(level.numbered(numbered.size()));
    }
    return new ServiceLadder(numbered, decoderTotal, encoderTotal);
  }

  /** The inner level whose neighbours are nearest to each other in cost. */
  private static int leastMissed(List<ServiceLevel> front) {
    int least = 1;
    double gap = Double.POSITIVE_INFINITY;
    for (int i = 1; i < front.size() - 1; i++) {
      double width = front.get(i - 1).cost() / front.get(i + 1).cost();
      if (width < gap) {
        gap = width;
        least = i;
      }
    }
    return least;
  }

  /** Number of the cheapest level. */
  public int lowest() {
    return levels.size() - 1;
  }

  /** A level by its number. */
  public ServiceLevel level(int number) {
    return levels.get(number);
  }

  /**
   * True if every expert runs at this level and the search is that of full quality; a ladder within
   * bounds may have no such level.
   */
  boolean isFull(int number) {
    return levels.get(number).keeps(1, decoderTotal, encoderTotal)
        && levels.get(number).beam() == fullBeam;
  }

  /** True if a level searches more narrowly than full quality. */
  public boolean narrows() {
    return levels.stream().anyMatch(level -> level.beam() != fullBeam);
  }

  /** The budget of a batch at a level; its search is that of full quality if no level narrows. */
  public ExpertBudget budget(ServiceLevel level, BudgetCause cause, long backlogMillis) {
    ExpertBudget budget = level.budget(cause, backlogMillis);
    return narrows() ? budget.withBeam(level.beam()) : budget;
  }

  /**
   * The cheapest level, at the given one or above, at which every layer keeps a share of experts;
   * the best one if none does, or if all experts are wanted: that is to say, full quality.
   */
  public ServiceLevel raised(int number, double minimumExpertShare) {
    for (int i = minimumExpertShare < 1 ? number : 0; i > 0; i--) {
      if (levels.get(i).keeps(minimumExpertShare, decoderTotal, encoderTotal)) {
        return levels.get(i);
      }
    }
    return levels.get(0);
  }

  /**
   * The ladder without levels outside a user's bounds; if none is within them, the cheapest level
   * brought into them, with the loss that it had: what that loses was not measured.
   *
   * @param minimum experts that every decoder layer keeps
   * @param maximum experts that a decoder layer runs at most; the levels that remain all cost less
   *     than full quality if it is below the total
   * @throws IllegalArgumentException if the bounds contradict each other
   */
  public ServiceLadder bounded(int minimum, int maximum) {
    if (minimum > maximum) {
      throw new IllegalArgumentException(
          "at least " + minimum + " and at most " + maximum + " experts cannot be had together");
    }
    List<ServiceLevel> kept = new ArrayList<>();
    for (ServiceLevel level : levels) {
      if (level.decoderExperts().stream().allMatch(k -> k >= minimum && k <= maximum)) {
        kept.add(level.numbered(kept.size()));
      }
    }
    if (kept.isEmpty()) {
      kept.add(levels.get(lowest()).within(minimum, Math.min(maximum, decoderTotal)));
    }
    return new ServiceLadder(kept, decoderTotal, encoderTotal, fullBeam);
  }

  /** The ladder without levels that change more than the number of experts. */
  public ServiceLadder expertsOnly() {
    List<ServiceLevel> kept = new ArrayList<>();
    for (ServiceLevel level : levels) {
      if (level.beam() == levels.get(0).beam() && level.shortlist() == levels.get(0).shortlist()) {
        kept.add(level.numbered(kept.size()));
      }
    }
    return new ServiceLadder(kept, decoderTotal, encoderTotal);
  }
}
