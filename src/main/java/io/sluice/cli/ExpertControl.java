package io.sluice.cli;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.BudgetController;
import io.sluice.control.BudgetSource;
import io.sluice.control.FullBatches;
import io.sluice.control.LevelChange;
import io.sluice.control.LoadMeter;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.ServiceModel;
import io.sluice.control.TimeTable;
import io.sluice.domain.BudgetCause;
import io.sluice.engine.ModelBudgets;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.Translator;
import io.sluice.metrics.ControlView;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.ControlEvents;
import io.sluice.pipeline.ControlLoop;
import io.sluice.pipeline.LoadListener;
import io.sluice.pipeline.LoadSensor;
import io.sluice.pipeline.TranslationApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What decides how many experts an application runs: the lag, or the user once and for all. The one
 * place that puts an application and its controller together. Immutable.
 */
final class ExpertControl {
  private static final Logger LOG = LoggerFactory.getLogger(ExpertControl.class);

  /** Rates mean nothing until a rebalance is over and two looks were had. */
  private static final Duration FREEZE = LoadSensor.INTERVAL.multipliedBy(2);

  private static final Duration STALE_STEP = Duration.ofSeconds(10);

  private final ControlOptions control;
  private final ModelBudgets budgets;
  private final Optional<ServiceLadder> ladder;
  private final BudgetSource fixed;

  /**
   * An application and what moves its level.
   *
   * @param application not started; closes its events
   * @param controller empty if the user has fixed the experts, or the model has no ladder
   */
  record Controlled(TranslationApplication application, Optional<BudgetController> controller)
      implements AutoCloseable {

    /** What full batches took so far. */
    FullBatches fullBatches() {
      return controller.orElseThrow().fullBatches();
    }

    @Override
    public void close() {
      application.close();
    }
  }

  private ExpertControl(
      ControlOptions control,
      ModelBudgets budgets,
      Optional<ServiceLadder> ladder,
      BudgetSource fixed) {
    this.control = control;
    this.budgets = budgets;
    this.ladder = ladder;
    this.fixed = fixed;
  }

  /**
   * As the user asks for; nothing is loaded but small files of the model.
   *
   * @throws ExitException if options contradict each other or the model
   */
  static ExpertControl of(ControlOptions control, ExpertOptions experts, ModelBundle bundle) {
    if (experts.modeAlone()) {
      throw new ExitException(
          2, "--routing goes with --experts: otherwise each level of the ladder has its own", null);
    }
    ModelBudgets budgets = RoutingOptions.budgets(bundle);
    BudgetSource fixed = experts.source(bundle);
    if (experts.given()) {
      if (control.asked()) {
        throw new ExitException(
            2, "--experts and --encoder-experts fix what --law and its ladder would move", null);
      }
      return new ExpertControl(control, budgets, Optional.empty(), fixed);
    }
    if (!control.hasLadder(bundle) && !control.asked()) {
      LOG.info("the model has no {}: every expert runs, whatever the load", "ladder.json");
      return new ExpertControl(control, budgets, Optional.empty(), fixed);
    }
    ServiceLadder ladder = control.ladder(bundle);
    check(ladder, budgets);
    var unused = control.laws(ladder);
    return new ExpertControl(control, budgets, Optional.of(ladder), fixed);
  }

  private static void check(ServiceLadder ladder, ModelBudgets model) {
    if (ladder.decoderTotal() != model.experts()
        || ladder.encoderTotal() != model.encoderExperts()
        || ladder.level(0).decoderExperts().size() != model.decoderLayers()
        || ladder.level(0).encoderExperts().size() != model.encoderLayers()) {
      throw new ExitException(
          2, "the ladder is that of another model: its layers or experts are not these", null);
    }
    if (ladder.levels().stream().map(ServiceLevel::shortlist).distinct().count() > 1) {
      throw new ExitException(
          2,
          "levels with and without a shortlist are simulated only: --shortlist is for all",
          null);
    }
  }

  /**
   * Checks that the widest search of the ladder is the translator's.
   *
   * @throws ExitException if it is not
   */
  ExpertControl searching(TransformerTranslator translator) {
    ladder.ifPresent(levels -> ControlFiles.checkBeam(levels, translator.decoding().beamSize()));
    return this;
  }

  /**
   * An application with its controller.
   *
   * @param meters show level and backlog, too
   * @param changes told of each change of level, by the sensor's thread
   */
  Controlled application(
      ApplicationConfig config,
      TransformerTranslator translator,
      Meters meters,
      Consumer<LevelChange> changes) {
    Optional<Path> measured =
        MeasuredTimes.file(translator, config.workers(), CacheFolder.of(System.getenv()));
    return searching(translator).application(config, translator, measured, meters, changes);
  }

  /** The same where nobody else wants to know of changes. */
  TranslationApplication application(
      ApplicationConfig config, TransformerTranslator translator, Meters meters) {
    return application(config, translator, meters, change -> {}).application();
  }

  /**
   * The same for any translator.
   *
   * @param measured table of times of this machine, if there is one; the user may name another
   */
  Controlled application(
      ApplicationConfig config,
      Translator translator,
      Optional<Path> measured,
      Meters meters,
      Consumer<LevelChange> changes) {
    Optional<ControlEvents> events =
        config.controlEvents() ? Optional.of(new ControlEvents(config, meters)) : Optional.empty();
    Consumer<LevelChange> told = told(meters, events).andThen(changes);
    Optional<BudgetController> controller =
        ladder.map(levels -> controller(levels, config, measured, told));
    controller.ifPresent(
        each -> Rehearsal.run(translator, each.ladder(), each, config.batchLimits().maxRows()));
    show(controller, meters);
    List<LoadListener> listeners =
        controller.stream()
            .<LoadListener>map(each -> new ControlLoop(new LoadMeter(FREEZE), each))
            .toList();
    BudgetSource source = controller.<BudgetSource>map(each -> each).orElse(fixed);
    return new Controlled(
        new TranslationApplication(config, translator, source, meters, listeners, events),
        controller);
  }

  private void show(Optional<BudgetController> controller, Meters meters) {
    if (controller.isPresent()) {
      view(controller.get()).bindTo(meters);
    } else if (fixed.currentBudget(0).cause() == BudgetCause.FULL) {
      meters.gauge(SluiceMeter.LEVEL, () -> 0);
    }
  }

  private BudgetController controller(
      ServiceLadder levels,
      ApplicationConfig config,
      Optional<Path> measured,
      Consumer<LevelChange> listener) {
    Optional<Path> file = control.timesFile(measured);
    TimeTable times = ControlFiles.times(file.orElse(null));
    if (times.decoderTotal() != budgets.experts()
        || times.encoderTotal() != budgets.encoderExperts()) {
      throw new ExitException(2, "the times are those of another model", null);
    }
    LOG.info(
        "law {}, {} levels ({}), objective {}, times: {}",
        control.law(),
        levels.levels().size(),
        control.ladderPlace(),
        control.objective(),
        file.map(Path::toString)
            .orElse("of another machine, until model bench has measured this one"));
    return new BudgetController(
        levels,
        control.laws(levels).get(),
        new ServiceModel(levels, times, config.workers(), config.batchLimits().maxRows()),
        STALE_STEP,
        listener);
  }

  private static Consumer<LevelChange> told(Meters meters, Optional<ControlEvents> events) {
    return change -> {
      LOG.info(
          "level {} → {}: {}, lag {} records",
          change.from().number(),
          change.to().number(),
          change.cause(),
          Math.round(change.load().lagRecords()));
      ControlView.changed(
          meters, change.from().number(), change.to().number(), change.cause().name());
      events.ifPresent(each -> each.accept(change));
    };
  }

  private static ControlView view(BudgetController controller) {
    return new ControlView() {
      @Override
      public int level() {
        return controller.level().number();
      }

      @Override
      public double backlogSecondsAtFullQuality() {
        return controller.backlogSeconds();
      }

      @Override
      public double backlogSecondsAtMinimumQuality() {
        return controller.leastBacklogSeconds();
      }
    };
  }
}
