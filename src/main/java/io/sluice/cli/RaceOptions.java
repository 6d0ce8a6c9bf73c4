package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import io.sluice.peers.PeerEngine;
import io.sluice.peers.PeerException;
import io.sluice.peers.PeerProvider;
import io.sluice.peers.PeerProvider.Format;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Whole translations of the test sets in turns: with another engine, or in several settings. */
public final class RaceOptions {
  private static final int REPETITIONS = 10;
  private static final String HOW_TO_BUILD =
      "--peers needs a build with the other engines: mvn -Dpeers -DskipTests package";

  @Option(
      names = "--peers",
      description =
          "Compare with ONNX Runtime (and PyTorch) on the same weights instead: whole translations,"
              + " greedy, all experts, in turns.")
  private boolean peers;

  @Option(
      names = "--compare",
      paramLabel = "experts|shortlist|precision|workers",
      description =
          "Compare whole translations in settings that differ in this instead, in turns, each with"
              + " its BLEU and against the first: numbers of experts as --experts,"
              + " --encoder-experts and --routing say (the first is all experts), without and with the"
              + " shortlist, float32 and int8, one worker and two. The last three run all experts;"
              + " texts are handed over in windows of --window batches, one by one with a batch of"
              + " 1.")
  private RaceField.Difference difference;

  @Option(
      names = "--onnx",
      paramLabel = "DIR",
      defaultValue = "../shared/peers/onnx",
      description = "With --peers: folder with encoder.onnx and decoder_step.onnx.")
  private Path onnx;

  @Option(
      names = "--torchscript",
      paramLabel = "DIR",
      description =
          "With --peers: folder with encoder.pt and decoder_step.pt (training/torchscript.py makes"
              + " them); PyTorch takes part too.")
  private Path torchscript;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "../shared/data",
      description = "With --peers and --compare: folder with the corpora multi30k and tatoeba.")
  private Path data;

  @Option(
      names = "--order",
      paramLabel = "sorted|unsorted",
      split = ",",
      defaultValue = "sorted,unsorted",
      description = "With --peers and --compare: how sentences come into batches.")
  private List<String> orders;

  boolean asked() {
    return peers || difference != null || torchscript != null;
  }

  /** What ratios are ratios to, for people. */
  String reference() {
    return "ratio: times faster than the "
        + (peers ? "last engine" : "first setting")
        + " of each group";
  }

  /**
   * How a race goes.
   *
   * @param batches rows of a batch; empty: 1 and 32
   * @param window with {@code --compare}: texts that are handed over at once, in batches
   * @param repeat repetitions that count; null: 10
   * @param sentences of each corpus, from the first; null: all
   */
  record Course(
      List<Integer> batches, int threads, int window, Integer repeat, Integer sentences) {}

  /**
   * Runs it.
   *
   * @param budgets the settings of {@code --compare experts}
   * @throws ExitException if the build, the graphs or the corpora are missing
   */
  List<ObjectNode> run(
      ModelOptions model, Supplier<List<ExpertBudget>> budgets, Course course, PrintWriter err) {
    if (!List.of("sorted", "unsorted").containsAll(orders)) {
      throw new ExitException(2, "--order must be sorted, unsorted or both with a comma", null);
    }
    if (peers && difference != null) {
      throw new ExitException(2, "--peers and --compare: one at a time", null);
    }
    if (torchscript != null && !peers) {
      throw new ExitException(2, "--torchscript needs --peers", null);
    }
    return peers ? withPeers(model, course, err) : among(model, budgets, course, err);
  }

  private List<ObjectNode> among(
      ModelOptions model, Supplier<List<ExpertBudget>> budgets, Course course, PrintWriter err) {
    List<ReportCorpus> corpora = ReportCorpus.captionsAndSentences(data, course.sentences());
    List<ExpertBudget> settings = budgets.get();
    if (difference == RaceField.Difference.EXPERTS && !comparable(settings)) {
      throw new ExitException(
          2, "--compare experts: --experts must begin with all; --routing batch is left out", null);
    }
    List<ObjectNode> rows = new ArrayList<>();
    try (RaceField field = RaceField.settings(model, difference, settings, course.threads())) {
      for (int batch : batches(course)) {
        rows.addAll(race(field, corpora, batch, batch == 1 ? 1 : course.window(), course, err));
      }
    }
    return rows;
  }

  /** All experts first; under batch routing each batch would be timed alone. */
  private static boolean comparable(List<ExpertBudget> settings) {
    return settings.get(0).equals(ExpertBudget.all())
        && settings.stream().noneMatch(each -> each.mode() == RoutingMode.BATCH);
  }

  private List<ObjectNode> withPeers(ModelOptions model, Course course, PrintWriter err) {
    List<ObjectNode> rows = new ArrayList<>();
    if (PeerProvider.find(Format.ONNX).isEmpty()) {
      throw new ExitException(HOW_TO_BUILD);
    }
    checkFolder("--onnx", onnx);
    if (torchscript != null) {
      checkFolder("--torchscript", torchscript);
    }
    try (PeerEngine reference = open(Format.ONNX, onnx, course.threads());
        PeerEngine other =
            torchscript == null ? null : open(Format.TORCHSCRIPT, torchscript, course.threads())) {
      List<PeerEngine> engines = Stream.of(other, reference).filter(Objects::nonNull).toList();
      List<ReportCorpus> corpora = ReportCorpus.captionsAndSentences(data, course.sentences());
      try (RaceField field = RaceField.peers(model, engines, course.threads())) {
        for (int batch : batches(course)) {
          rows.addAll(race(field, corpora, batch, 1, course, err));
        }
      }
    } catch (NoClassDefFoundError e) {
      throw new ExitException(HOW_TO_BUILD, e); // compiled with the engines, started without
    } catch (PeerException e) {
      throw new ExitException(e.getMessage(), e);
    }
    return rows;
  }

  private static void checkFolder(String option, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ExitException(
          option + ": there is no folder " + folder + " with the exported graphs of the model");
    }
  }

  private static PeerEngine open(Format format, Path folder, int workers) {
    return PeerProvider.find(format)
        .orElseThrow(() -> new ExitException(HOW_TO_BUILD))
        .open(folder, workers);
  }

  private static List<Integer> batches(Course course) {
    return course.batches().isEmpty() ? List.of(1, 32) : course.batches();
  }

  private List<ObjectNode> race(
      RaceField field,
      List<ReportCorpus> corpora,
      int batch,
      int window,
      Course course,
      PrintWriter err) {
    int repeat = course.repeat() == null ? REPETITIONS : course.repeat();
    RaceBench bench = new RaceBench(field, window, repeat, new ProgressBar(err));
    List<ObjectNode> rows = new ArrayList<>();
    for (ReportCorpus corpus : corpora) {
      for (String order : batch == 1 ? orders.subList(0, 1) : orders) {
        rows.addAll(bench.measure(corpus, batch, order.equals("sorted")));
        err.println(corpus.name() + ", batch " + batch + ", " + order + ": done");
      }
    }
    return rows;
  }
}
