package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cli.ExpectedLossRun.Judged;
import io.sluice.cli.ExpectedLossRun.Result;
import io.sluice.quality.ExpectedLoss;
import io.sluice.quality.ExpectedLoss.Bin;
import io.sluice.quality.ExpectedLossFile;
import io.sluice.quality.LossFit.Example;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** How well expected losses predict, as JSON and for people. Pure functions. */
final class ExpectedLossReport {
  private static final int BINS = 10;

  private ExpectedLossReport() {}

  /** The file of the bundle, with its reliability on held-out text. */
  static ObjectNode json(Result result) {
    ObjectNode json = ExpectedLossFile.write(result.loss());
    json.put("fittedSentences", result.fitted());
    ObjectNode reliability = json.putObject("reliability");
    ArrayNode levels = reliability.putArray("levels");
    for (Judged judged : result.judged()) {
      put(levels, judged.mean(judged.all()))
          .put("bound", round(judged.fit().bound()))
          .put("withinBound", round(judged.withinBound()));
    }
    ArrayNode groups = reliability.putArray("groups");
    if (!result.judged().isEmpty()) {
      for (String group : result.judged().get(0).groups().keySet()) {
        put(groups, group(result, group)).put("group", group);
      }
    }
    ArrayNode bins = reliability.putArray("bins");
    bins(result).forEach(bin -> put(bins, bin));
    return json;
  }

  private static ObjectNode put(ArrayNode rows, Bin bin) {
    return rows.addObject()
        .put("predicted", round(bin.predicted()))
        .put("measured", round(bin.measured()))
        .put("examples", bin.examples());
  }

  private static double round(double value) {
    return Math.round(value * 1e5) / 1e5;
  }

  /** Means of one corpus and direction over all levels. */
  private static Bin group(Result result, String group) {
    return mean(result.judged().stream().map(each -> each.mean(each.groups().get(group))).toList());
  }

  private static Bin mean(List<Bin> bins) {
    int examples = bins.stream().mapToInt(Bin::examples).sum();
    double predicted = bins.stream().mapToDouble(b -> b.predicted() * b.examples()).sum();
    double measured = bins.stream().mapToDouble(b -> b.measured() * b.examples()).sum();
    return new Bin(predicted / examples, measured / examples, examples);
  }

  /** Texts of all levels by their prediction, in bins of equally many. */
  private static List<Bin> bins(Result result) {
    List<Bin> single = new ArrayList<>();
    for (Judged judged : result.judged()) {
      for (Example example : judged.all()) {
        single.addAll(ExpectedLoss.reliability(judged.fit(), List.of(example), 1));
      }
    }
    single.sort(Comparator.comparingDouble(Bin::predicted));
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      List<Bin> part = single.subList(bin * single.size() / BINS, (bin + 1) * single.size() / BINS);
      if (!part.isEmpty()) {
        bins.add(mean(part));
      }
    }
    return bins;
  }

  /** Three tables: by level, by corpus and direction, by prediction. */
  static String tables(Result result) {
    TextTable levels = new TextTable();
    levels.row(
        List.of(
            "level",
            "decoder",
            "encoder",
            "routing",
            "predicted",
            "measured",
            "90 % bound",
            "within"));
    for (int i = 0; i < result.judged().size(); i++) {
      Judged judged = result.judged().get(i);
      ExpectedLoss.Level level = result.loss().levels().get(i);
      Bin mean = judged.mean(judged.all());
      levels.row(
          List.of(
              Integer.toString(i + 1),
              level.decoderExperts().toString(),
              level.encoderExperts().toString(),
              level.mode().name().toLowerCase(Locale.ROOT),
              number(mean.predicted()),
              number(mean.measured()),
              number(judged.fit().bound()),
              String.format(Locale.ROOT, "%.1f %%", 100 * judged.withinBound())));
    }
    TextTable groups = new TextTable();
    groups.row(List.of("corpus", "predicted", "measured", "texts"));
    if (!result.judged().isEmpty()) {
      for (String group : result.judged().get(0).groups().keySet()) {
        groups.row(row(group, group(result, group)));
      }
    }
    TextTable bins = new TextTable();
    bins.row(List.of("tenth", "predicted", "measured", "texts"));
    List<Bin> all = bins(result);
    for (int i = 0; i < all.size(); i++) {
      bins.row(row(Integer.toString(i + 1), all.get(i)));
    }
    return levels + "\n" + groups + "\n" + bins;
  }

  private static List<String> row(String name, Bin bin) {
    return List.of(
        name, number(bin.predicted()), number(bin.measured()), Integer.toString(bin.examples()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
