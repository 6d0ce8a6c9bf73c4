package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.TransformerTranslator;
import io.sluice.peers.Contender;
import io.sluice.peers.OwnContender;
import io.sluice.peers.PeerContender;
import io.sluice.peers.PeerEngine;
import io.sluice.peers.PeerException;
import io.sluice.peers.PeerProvider;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Comparison with another engine. */
public final class PeerOptions {
  private static final String HOW_TO_BUILD =
      "--peers needs a build with ONNX Runtime: mvn -Dpeers -DskipTests package";

  @Option(
      names = "--peers",
      description =
          "Compare with ONNX Runtime on the same weights instead: whole translations, greedy, all"
              + " experts, in turns.")
  private boolean asked;

  @Option(
      names = "--onnx",
      paramLabel = "DIR",
      defaultValue = "../shared/peers/onnx",
      description = "With --peers: folder with encoder.onnx and decoder_step.onnx.")
  private Path onnx;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "../shared/data",
      description = "With --peers: folder with the corpora multi30k and tatoeba.")
  private Path data;

  @Option(
      names = "--order",
      paramLabel = "sorted|unsorted",
      split = ",",
      defaultValue = "sorted,unsorted",
      description = "With --peers: how sentences come into batches.")
  private List<String> orders;

  boolean asked() {
    return asked;
  }

  /**
   * Runs the comparison.
   *
   * @param sentences of each corpus, from the first; null: all
   * @throws ExitException if the build or the graphs are missing
   */
  List<ObjectNode> run(
      ModelOptions model,
      List<Integer> batches,
      int threads,
      int repeat,
      Integer sentences,
      PrintWriter err) {
    if (!List.of("sorted", "unsorted").containsAll(orders)) {
      throw new ExitException(2, "--order must be sorted, unsorted or both with a comma", null);
    }
    PeerProvider provider = provider();
    if (!Files.isDirectory(onnx)) {
      throw new ExitException(
          "--onnx: there is no folder " + onnx + " with the exported graphs of the model");
    }
    List<ReportCorpus> corpora = ReportCorpus.captionsAndSentences(data, sentences);
    LanguagePair pair = new LanguagePair(ReportSettings.FROM, ReportSettings.TO);
    List<ObjectNode> rows = new ArrayList<>();
    try (TransformerTranslator exact = model.loadForMeasurement();
        TransformerTranslator fast = model.load();
        PeerEngine engine = provider.open(onnx, threads)) {
      List<Contender> own = new ArrayList<>();
      own.add(new OwnContender("exact" + setting(exact), exact, pair, ExpertBudget.all()));
      if (!fast.decoding().equals(exact.decoding())) {
        own.add(new OwnContender("fast" + setting(fast), fast, pair, ExpertBudget.all()));
      }
      PeerBench bench =
          new PeerBench(
              own,
              new PeerContender(engine, exact, pair),
              exact,
              pair,
              threads,
              repeat,
              new ProgressBar(err));
      for (ReportCorpus corpus : corpora) {
        for (int batch : batches) {
          for (String order : batch == 1 ? orders.subList(0, 1) : orders) {
            rows.addAll(bench.measure(corpus, batch, order.equals("sorted")));
            err.println(corpus.name() + ", batch " + batch + ", " + order + ": done");
          }
        }
      }
    } catch (NoClassDefFoundError e) {
      throw new ExitException(HOW_TO_BUILD, e); // compiled with ONNX Runtime, started without
    } catch (PeerException e) {
      throw new ExitException(e.getMessage(), e);
    }
    return rows;
  }

  /** What the setting is on this machine. */
  private static String setting(TransformerTranslator translator) {
    return " ("
        + translator.decoding().precision()
        + (translator.decoding().shortlist() ? ", shortlist)" : ", full vocabulary)");
  }

  private static PeerProvider provider() {
    return PeerProvider.find().orElseThrow(() -> new ExitException(HOW_TO_BUILD));
  }
}
