package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.Translator;
import io.sluice.peers.Comparison;
import io.sluice.peers.Contender;
import io.sluice.peers.Race;
import io.sluice.peers.Race.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Our settings against another engine on one corpus after the other. Call from one thread. */
final class PeerBench {
  private final List<Contender> own;
  private final Contender peer;
  private final Translator translator;
  private final LanguagePair languages;
  private final int threads;
  private final int repeat;
  private final ProgressBar progress;

  /**
   * A bench.
   *
   * @param own our settings; each is compared with the peer
   * @param translator says how long a text is, to sort by
   * @param repeat repetitions that count
   */
  PeerBench(
      List<Contender> own,
      Contender peer,
      Translator translator,
      LanguagePair languages,
      int threads,
      int repeat,
      ProgressBar progress) {
    this.own = List.copyOf(own);
    this.peer = peer;
    this.translator = translator;
    this.languages = languages;
    this.threads = threads;
    this.repeat = repeat;
    this.progress = progress;
  }

  /**
   * One row for our settings and the peer, in this order.
   *
   * @param sorted by length, longest first; otherwise as the text comes
   */
  List<ObjectNode> measure(ReportCorpus corpus, int batch, boolean sorted) {
    CorpusBatches text =
        sorted
            ? CorpusBatches.of(corpus, batch, translator, languages)
            : CorpusBatches.unsorted(corpus, batch);
    List<Contender> contenders = new ArrayList<>(own);
    contenders.add(peer);
    List<Result> results =
        new Race(contenders, text.batches(), threads)
            .run(repeat, done -> progress.show(done, repeat + 1));
    List<ObjectNode> rows = new ArrayList<>();
    for (Result result : results) {
      ObjectNode row = new ObjectMapper().createObjectNode();
      row.put("corpus", corpus.name()).put("sentences", corpus.sources().size());
      row.put("engine", result.name()).put("batch", batch);
      row.put("order", sorted ? "sorted" : "unsorted").put("threads", threads);
      describe(row, result, results.get(results.size() - 1));
      row.put("bleu", rounded(text.bleu(result.texts()), 2));
      rows.add(row);
    }
    return rows;
  }

  private void describe(ObjectNode row, Result own, Result other) {
    double seconds = Comparison.median(own.seconds());
    row.put("sentencesPerSecond", rounded(own.texts().size() / seconds, 2));
    row.put("tokensPerSecond", rounded(own.tokens() / seconds, 1));
    double decode = Comparison.median(own.decodeSeconds()) / threads;
    row.put("decodeTokensPerSecond", rounded(own.tokens() / decode, 1));
    row.put("ratio", rounded(Comparison.ratio(own, other), 3));
    row.put("decodeRatio", rounded(Comparison.decodeRatio(own, other), 3));
    row.put("identicalShare", rounded(Comparison.identicalShare(own, other), 4));
    row.put("logProbabilityDifference", Comparison.logProbabilityDifference(own, other));
  }

  private static double rounded(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }

  /** The rows for people. */
  static String table(List<ObjectNode> rows) {
    TextTable table = new TextTable();
    table.row(
        List.of(
            "engine",
            "corpus",
            "B",
            "order",
            "threads",
            "sentences/s",
            "tokens/s",
            "decode tokens/s",
            "ratio",
            "decode ratio",
            "BLEU",
            "identical"));
    for (ObjectNode row : rows) {
      table.row(
          List.of(
              row.path("engine").asText(),
              row.path("corpus").asText(),
              row.path("batch").asText(),
              row.path("order").asText(),
              row.path("threads").asText(),
              number(row, "sentencesPerSecond", 1),
              number(row, "tokensPerSecond", 0),
              number(row, "decodeTokensPerSecond", 0),
              number(row, "ratio", 2),
              number(row, "decodeRatio", 2),
              number(row, "bleu", 2),
              String.format(Locale.ROOT, "%.1f %%", 100 * row.path("identicalShare").asDouble())));
    }
    return table.toString();
  }

  private static String number(ObjectNode row, String field, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", row.path(field).asDouble());
  }
}
