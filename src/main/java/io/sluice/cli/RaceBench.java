package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.peers.Comparison;
import io.sluice.peers.Entrant;
import io.sluice.peers.Race;
import io.sluice.peers.Race.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A race on one corpus after the other. Call from one thread. */
final class RaceBench {
  private final RaceField field;
  private final int window;
  private final int repeat;
  private final ProgressBar progress;

  /**
   * A bench.
   *
   * @param field who takes part
   * @param window texts that are handed over at once, as a multiple of the batch size
   * @param repeat repetitions that count
   */
  RaceBench(RaceField field, int window, int repeat, ProgressBar progress) {
    this.field = field;
    this.window = window;
    this.repeat = repeat;
    this.progress = progress;
  }

  /**
   * One row for each entrant, in this order.
   *
   * @param sorted by length, longest first; otherwise as the text comes
   */
  List<ObjectNode> measure(ReportCorpus corpus, int batch, boolean sorted) {
    int texts = batch * window;
    CorpusBatches text =
        sorted
            ? CorpusBatches.of(corpus, texts, field.translator(), RaceField.LANGUAGES)
            : CorpusBatches.unsorted(corpus, texts);
    List<Entrant> entrants = field.entrants().apply(batch);
    List<Result> results =
        new Race(entrants, text.batches()).run(repeat, done -> progress.show(done, repeat + 1));
    Result reference = results.get(field.reference());
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      int threads = entrants.get(i).threads();
      ObjectNode row = new ObjectMapper().createObjectNode();
      row.put("corpus", corpus.name()).put("sentences", corpus.sources().size());
      row.put("engine", result.name()).put("batch", batch);
      row.put("order", sorted ? "sorted" : "unsorted").put("threads", threads);
      describe(row, result, reference);
      row.put("bleu", rounded(text.bleu(result.texts()), 2));
      rows.add(row);
    }
    return rows;
  }

  private static void describe(ObjectNode row, Result own, Result other) {
    double seconds = Comparison.seconds(own);
    row.put("sentencesPerSecond", rounded(own.texts().size() / seconds, 2));
    row.put("tokensPerSecond", rounded(own.tokens() / seconds, 1));
    double decode = Comparison.decodeSeconds(own);
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
            "engine or setting",
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
