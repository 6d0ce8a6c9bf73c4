package io.sluice.cli;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.BudgetController;
import io.sluice.control.FullBatches;
import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.control.law.ControlLaw;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.engine.TransformerTranslator;
import io.sluice.metrics.Meters;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TopicNames;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The application on one embedded broker, again and again: the same translator for all, topics of
 * its own for each. Call from one thread.
 */
final class BenchApplications {
  static final int PARTITIONS = 4;
  private static final int MOST_COUNTED = 2000;

  private final EmbeddedCluster cluster;
  private final TransformerTranslator translator;
  private final ModelBundle bundle;
  private final ControlOptions control;
  private final ExpertOptions experts;
  private final BatchOptions batching;
  private final List<String> sentences;
  private final Path state;
  private int runs;

  /**
   * Applications to come.
   *
   * @param control its ladder, times and objective; laws are given with each run
   * @param experts says nothing
   * @param state folder that its user deletes
   */
  BenchApplications(
      EmbeddedCluster cluster,
      TransformerTranslator translator,
      ModelBundle bundle,
      ControlOptions control,
      ExpertOptions experts,
      BatchOptions batching,
      List<String> sentences,
      Path state) {
    this.cluster = cluster;
    this.translator = translator;
    this.bundle = bundle;
    this.control = control;
    this.experts = experts;
    this.batching = batching;
    this.sentences = List.copyOf(sentences);
    this.state = state;
  }

  /** The ladder of all of them. */
  ServiceLadder ladder() {
    return control.ladder(bundle);
  }

  /** Laws of that name, one for each instance. */
  Supplier<ControlLaw> laws(String law) {
    return control.under(law).laws(ladder());
  }

  /** The table of times that controllers begin with. */
  TimeTable times() {
    return ControlFiles.times(control.timesFile(measured()).orElse(null));
  }

  /** Source tokens of the sentences, those that have some. */
  double[] tokens() {
    LanguagePair pair = new LanguagePair("en", "de");
    return sentences.stream()
        .limit(MOST_COUNTED)
        .map(sentence -> translator.prepare(sentence, pair))
        .mapToDouble(text -> text.segments().stream().mapToInt(Segment::length).sum())
        .filter(length -> length > 0)
        .toArray();
  }

  private Optional<Path> measured() {
    return MeasuredTimes.file(translator, batching.threads(), CacheFolder.of(System.getenv()));
  }

  /** One that runs, on topics of its own; its user closes it. Call from one thread. */
  final class Started implements AutoCloseable {
    private final ExpertControl.Controlled controlled;
    private final TopicNames topics;

    private Started(ExpertControl.Controlled controlled, TopicNames topics) {
      this.controlled = controlled;
      this.topics = topics;
    }

    /** Records for it. */
    TraceRun run() {
      return new TraceRun(
          Map.of(
              "bootstrap.servers", cluster.bootstrapServer(),
              "schema.registry.url", cluster.schemaRegistryUrl()),
          topics,
          sentences,
          this::fullBatches);
    }

    /** What full batches took so far. */
    FullBatches fullBatches() {
      return controlled.fullBatches();
    }

    /** See {@link BudgetController#busyShare}. */
    double busyShare() {
      return controlled.controller().map(BudgetController::busyShare).orElse(1.0);
    }

    @Override
    public void close() {
      controlled.close();
    }
  }

  /** Starts a new one under a law. */
  Started start(String law) {
    runs++;
    TopicNames topics = topics();
    ApplicationConfig config = config(topics);
    ExpertControl.Controlled controlled =
        ExpertControl.of(control.under(law), experts, bundle)
            .searching(translator)
            .application(config, translator, measured(), Meters.NOOP, change -> {});
    try {
      controlled.application().start();
    } catch (RuntimeException e) {
      controlled.close();
      throw e;
    }
    return new Started(controlled, topics);
  }

  private TopicNames topics() {
    String name = "bench-" + runs;
    return new TopicNames(name + ".requests", name + ".results", name + ".dlq");
  }

  private ApplicationConfig config(TopicNames topics) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("sluice-bench-" + runs)
        .topics(topics)
        .createTopics(true)
        .partitions(PARTITIONS)
        .replicationFactor(1)
        .workers(batching.threads())
        .batchLimits(batching.limits())
        .stateDir(state)
        .controlEvents(true)
        .build();
  }
}
