package io.sluice.cli;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.TransformerTranslator;
import io.sluice.peers.Entrant;
import io.sluice.peers.OwnContender;
import io.sluice.peers.PeerContender;
import io.sluice.peers.PeerEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Who races whom.
 *
 * @param entrants who takes part, for a number of rows that are decoded at once
 * @param reference the place of the one that the others are compared with
 * @param translator says how long a text is, to sort by
 * @param loaded what is closed with it
 */
record RaceField(
    IntFunction<List<Entrant>> entrants,
    int reference,
    TransformerTranslator translator,
    List<TransformerTranslator> loaded)
    implements AutoCloseable {

  /** The languages of the test sets. */
  static final LanguagePair LANGUAGES = new LanguagePair(ReportSettings.FROM, ReportSettings.TO);

  /** What our settings differ in. */
  enum Difference {
    EXPERTS,
    SHORTLIST,
    PRECISION,
    WORKERS
  }

  /**
   * What a model does in several ways.
   *
   * @param budgets experts to run, those of {@link Difference#EXPERTS}; the first is the reference
   * @param threads workers, but in {@link Difference#WORKERS}
   */
  static RaceField settings(
      ModelOptions model, Difference difference, List<ExpertBudget> budgets, int threads) {
    List<TransformerTranslator> loaded = new ArrayList<>();
    try {
      switch (difference) {
        case EXPERTS, WORKERS -> loaded.add(model.load());
        case SHORTLIST -> {
          loaded.add(model.load(false));
          loaded.add(model.load(true));
        }
        case PRECISION -> {
          loaded.add(model.load(ProductChoice.Precision.FLOAT32));
          loaded.add(model.load(ProductChoice.Precision.INT8));
        }
      }
      IntFunction<List<Entrant>> entrants =
          width -> entrants(difference, budgets, width, threads, loaded);
      return new RaceField(entrants, 0, loaded.get(0), loaded);
    } catch (RuntimeException e) {
      loaded.forEach(TransformerTranslator::close);
      throw e;
    }
  }

  private static List<Entrant> entrants(
      Difference difference,
      List<ExpertBudget> budgets,
      int width,
      int threads,
      List<TransformerTranslator> loaded) {
    TransformerTranslator first = loaded.get(0);
    return switch (difference) {
      case EXPERTS ->
          budgets.stream()
              .map(budget -> own(experts(budget, first), first, budget, width, threads))
              .toList();
      case WORKERS ->
          List.of(
              own("one worker", first, ExpertBudget.all(), width, 1),
              own("two workers", first, ExpertBudget.all(), width, 2));
      case SHORTLIST, PRECISION ->
          loaded.stream().map(each -> whole(each, width, threads)).toList();
    };
  }

  /**
   * Our exact and our fast setting against other engines, of which the last is the reference.
   *
   * @param engines stay open
   */
  static RaceField peers(ModelOptions model, List<PeerEngine> engines, int threads) {
    List<TransformerTranslator> loaded = new ArrayList<>();
    try {
      TransformerTranslator exact = model.loadForMeasurement();
      loaded.add(exact);
      TransformerTranslator fast = model.load();
      loaded.add(fast);
      List<Entrant> entrants = new ArrayList<>();
      int all = Integer.MAX_VALUE;
      entrants.add(own("exact (" + setting(exact) + ")", exact, ExpertBudget.all(), all, threads));
      if (!fast.decoding().equals(exact.decoding())) {
        entrants.add(own("fast (" + setting(fast) + ")", fast, ExpertBudget.all(), all, threads));
      }
      engines.forEach(
          engine ->
              entrants.add(new Entrant(new PeerContender(engine, exact, LANGUAGES), threads)));
      return new RaceField(width -> entrants, entrants.size() - 1, exact, loaded);
    } catch (RuntimeException e) {
      loaded.forEach(TransformerTranslator::close);
      throw e;
    }
  }

  private static Entrant whole(TransformerTranslator translator, int width, int threads) {
    return own(setting(translator), translator, ExpertBudget.all(), width, threads);
  }

  private static Entrant own(
      String name, TransformerTranslator translator, ExpertBudget budget, int width, int threads) {
    return new Entrant(new OwnContender(name, translator, LANGUAGES, budget, width), threads);
  }

  /** What the setting is on this machine. */
  private static String setting(TransformerTranslator translator) {
    return translator.decoding().precision()
        + (translator.decoding().shortlist() ? ", shortlist" : ", full vocabulary");
  }

  private static String experts(ExpertBudget budget, TransformerTranslator translator) {
    if (budget.equals(ExpertBudget.all())) {
      return "all experts";
    }
    return "%s, %s, encoder %s"
        .formatted(
            BenchSettings.name(budget),
            share(budget.decoderExperts(), translator.budgets().experts()),
            share(budget.encoderExperts(), translator.budgets().encoderExperts()));
  }

  private static String share(List<Integer> layers, int total) {
    return (layers.isEmpty() ? total : layers.get(0)) + "/" + total;
  }

  @Override
  public void close() {
    loaded.forEach(TransformerTranslator::close);
  }
}
