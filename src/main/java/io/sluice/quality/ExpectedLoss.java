package io.sluice.quality;

import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a degraded translation is expected to lose: the probability that its text is not that of
 * full quality, times the chrF distance (0 to 1) when it is not. Fitted for the levels of a ladder;
 * what runs otherwise is taken for the nearest level with at most as many experts in each layer, of
 * the same routing mode if there is one, and for the cheapest level if even that runs more. So the
 * prediction errs towards more loss as long as the ladder reaches as low. Texts whose search was
 * narrower than at full quality have levels of their own; without these nothing is known of them.
 * Immutable.
 *
 * @param levels of a ladder, or two, without full quality, each from the dearest to the cheapest
 */
public record ExpectedLoss(List<Level> levels) {
  /** Without levels nothing is known: no text is said to lose anything. */
  public static final ExpectedLoss UNKNOWN = new ExpectedLoss(List.of());

  /**
   * One level.
   *
   * @param decoderExperts experts of each decoder layer
   * @param encoderExperts experts of each encoder layer
   * @param mode how they are chosen
   * @param beam hypotheses kept, fewer than at full quality; 0: as many
   * @param fit what it loses
   */
  public record Level(
      List<Integer> decoderExperts,
      List<Integer> encoderExperts,
      RoutingMode mode,
      int beam,
      LossFit fit) {

    /** With the search of full quality. */
    public Level(
        List<Integer> decoderExperts, List<Integer> encoderExperts, RoutingMode mode, LossFit fit) {
      this(decoderExperts, encoderExperts, mode, 0, fit);
    }

    public Level {
      decoderExperts = List.copyOf(decoderExperts);
      encoderExperts = List.copyOf(encoderExperts);
    }

    /** True if it is of texts whose search was narrower, or not, as this one's. */
    private boolean narrowed(Routing routing) {
      return beam > 0 == routing.narrowed();
    }

    /** True if no layer runs more experts than it did for a text, and the search is no wider. */
    private boolean within(Routing routing) {
      return beam <= routing.beam()
          && within(decoderExperts, routing.expertsPerLayer())
          && within(encoderExperts, routing.encoderExpertsPerLayer());
    }

    private static boolean within(List<Integer> own, List<Integer> other) {
      return own.size() == other.size()
          && IntStream.range(0, own.size()).allMatch(layer -> own.get(layer) <= other.get(layer));
    }

    private double share(Routing routing) {
      return (double) sum(decoderExperts) / routing.expertsTotal()
          + (double) sum(encoderExperts) / routing.encoderExpertsTotal();
    }

    private static int sum(List<Integer> numbers) {
      return numbers.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * One row of a reliability table.
   *
   * @param predicted mean of the predictions
   * @param measured mean of the distances
   * @param examples how many
   */
  public record Bin(double predicted, double measured, int examples) {}

  public ExpectedLoss {
    levels = List.copyOf(levels);
  }

  /**
   * Expected chrF distance to the text at full quality, 0 to 1; 0 if every expert ran.
   *
   * @param routing which experts ran
   * @param sourceTokens length of the text, at least 1
   * @param droppedMass share of the routers' mass that was left out, 0 to 1
   */
  public double expected(Routing routing, int sourceTokens, double droppedMass) {
    return level(routing).map(level -> level.fit.expected(sourceTokens, droppedMass)).orElse(0.0);
  }

  /** Distance that nine of ten texts stay within which run so; 0 if every expert ran. */
  public double bound(Routing routing) {
    return level(routing).map(level -> level.fit.bound()).orElse(0.0);
  }

  /** The level that a text is taken for; none if every expert ran or nothing is known. */
  public Optional<Level> level(Routing routing) {
    if (!routing.degraded() || levels.isEmpty()) {
      return Optional.empty();
    }
    List<Level> known = levels.stream().filter(level -> level.narrowed(routing)).toList();
    if (known.isEmpty()) {
      return Optional.empty();
    }
    return known.stream()
        .filter(level -> level.within(routing))
        .max(
            Comparator.comparing((Level level) -> level.mode == routing.mode())
                .thenComparingDouble(level -> level.share(routing)))
        .or(() -> Optional.of(known.get(known.size() - 1)));
  }

  /** The prediction with the bound of a level measured anew: the shadow meter's. */
  public ExpectedLoss withBound(Level level, double bound) {
    List<Level> changed = new ArrayList<>(levels);
    changed.replaceAll(
        each ->
            each.equals(level)
                ? new Level(
                    each.decoderExperts,
                    each.encoderExperts,
                    each.mode,
                    each.beam,
                    each.fit.withBound(bound))
                : each);
    return new ExpectedLoss(changed);
  }

  /** The levels of both. */
  public ExpectedLoss and(ExpectedLoss other) {
    List<Level> both = new ArrayList<>(levels);
    both.addAll(other.levels);
    return new ExpectedLoss(both);
  }

  /** Predictions of one level against what was measured, in bins of equally many examples. */
  public static List<Bin> reliability(LossFit fit, List<LossFit.Example> examples, int bins) {
    List<LossFit.Example> sorted = new ArrayList<>(examples);
    sorted.sort(Comparator.comparingDouble(fit::expected));
    List<Bin> table = new ArrayList<>();
    for (int bin = 0; bin < bins; bin++) {
      List<LossFit.Example> part =
          sorted.subList(bin * sorted.size() / bins, (bin + 1) * sorted.size() / bins);
      if (!part.isEmpty()) {
        table.add(
            new Bin(
                part.stream().mapToDouble(fit::expected).average().orElseThrow(),
                part.stream().mapToDouble(LossFit.Example::distance).average().orElseThrow(),
                part.size()));
      }
    }
    return table;
  }
}
