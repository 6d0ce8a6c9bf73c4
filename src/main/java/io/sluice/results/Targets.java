package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.results.Target.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** All that had to be shown, judged by what was found. Pure functions. */
final class Targets {
  private static final String NONE = MarkdownTable.NOTHING;
  private static final double NOISE = 0.2; // BLEU

  private final Quality quality;
  private final Layers layers;
  private final Speed speed;
  private final List<Target> targets = new ArrayList<>();

  private Targets(ResultFiles files) {
    this.quality = new Quality(files);
    this.layers = new Layers(files);
    this.speed = new Speed(files, "after");
  }

  static List<Target> of(ResultFiles files) {
    Targets all = new Targets(files);
    all.kept();
    all.rest();
    return List.copyOf(all.targets);
  }

  private void kept() {
    String half = "BLEU kept at k = N/2, ";
    add(half + "token, no finetuning", "90 %", "before", "token-4-8", 96, 98);
    add(half + "token, after finetuning", NONE, "after", "token-4-8", 99, 99.7);
    add(half + "sentence, after finetuning", NONE, "after", "sentence-4-8", 98.5, 99.5);
    String quarter = quality.bestMode("after", 2);
    add(
        "BLEU kept at k = N/4, best mode (" + quarter + "), after finetuning",
        NONE,
        "after",
        quarter + "-2-8",
        96,
        98.5);
    String eighth = quality.bestMode("after", 1);
    add(
        "BLEU kept at k = N/8, best mode (" + eighth + "), after finetuning",
        NONE,
        "after",
        eighth + "-1-8",
        90,
        95);
    String encoder = "BLEU kept with the encoder at ";
    add(encoder + "N/2, no finetuning", NONE, "before", "token-8-4", 98.5, 99.3);
    add(encoder + "N/4, no finetuning", NONE, "before", "token-8-2", 96.5, 98);
    add(encoder + "N/4, after finetuning", NONE, "after", "token-8-2", 99, 99.7);
  }

  private void rest() {
    for (String model : List.of("before", "after")) {
      String claim =
          "captured mass, trained router over oracle by mass, decoder, "
              + (model.equals("before") ? "before" : "after")
              + " finetuning, k = N/";
      targets.add(Target.percent(claim + "2", NONE, List.of(overOracle(model, 0.5)), 97, 99));
      targets.add(Target.percent(claim + "4", NONE, List.of(overOracle(model, 0.25)), 92, 96));
    }
    targets.add(denseChange());
    targets.add(inactive());
    targets.add(better("k-means", "k-means better than random at equal k"));
    targets.add(better("before", "co-activation better than random at equal k"));
    targets.add(speedTarget("token"));
    targets.add(speedTarget("sentence"));
    targets.add(aheadOfStatic("trained router, token,", "token-4-8"));
    targets.add(aheadOfStatic("sentence plans", "sentence-4-8"));
  }

  private void add(
      String claim, String original, String model, String setting, double least, double aim) {
    targets.add(Target.percent(claim, original, quality.kept(model, setting), least, aim));
  }

  private double overOracle(String model, double share) {
    return 100
        * layers.router(model, "decoder", "trained gate", share, "capturedMass")
        / layers.router(model, "decoder", "oracle by mass", share, "capturedMass");
  }

  private Target denseChange() {
    List<Double> changes =
        quality.corpora().stream()
            .map(
                corpus ->
                    quality.value("after", "dense-8-8", corpus, "bleu")
                        - quality.value("dense", "dense-8-8", corpus, "bleu"))
            .toList();
    return new Target(
        "dense BLEU after finetuning, against before",
        NONE,
        "-0.2",
        "0",
        changes.stream()
            .map(change -> MarkdownTable.signed(change, 2))
            .collect(Collectors.joining(" / ")),
        Verdict.of(changes, -0.2, 0));
  }

  /** To be measured; more is an aim. */
  private Target inactive() {
    List<Double> share = List.of(layers.inactive("after", "decoder", "free-running"));
    return new Target(
        "decoder neurons inactive after finetuning, free-running",
        "80–90 %",
        "measured",
        "90 %",
        Target.joined(share),
        Verdict.of(share, 0, 90));
  }

  /** Every difference is above 0; for the aim, every interval. */
  private Target better(String model, String claim) {
    List<JsonNode> differences = new ArrayList<>();
    for (String setting : List.of("token-1-8", "token-2-8", "token-4-8")) {
      for (String corpus : quality.corpora()) {
        JsonNode found = quality.difference(model, setting, corpus);
        if (!found.isMissingNode()) {
          differences.add(found);
        }
      }
    }
    long above = differences.stream().filter(each -> each.path("value").asDouble() > 0).count();
    long clear = differences.stream().filter(each -> each.path("low").asDouble() > 0).count();
    int all = differences.size();
    Verdict verdict =
        all == 0
            ? Verdict.NOT_MEASURED
            : clear == all ? Verdict.AIM : above == all ? Verdict.LEAST : Verdict.MISSED;
    return new Target(
        claim,
        "yes",
        "yes",
        "yes, with intervals",
        "%d of %d higher, %d with an interval above 0".formatted(above, all, clear),
        verdict);
  }

  private Target speedTarget(String mode) {
    double gain = speed.gain(mode + "-4-8");
    return new Target(
        "speed at k = N/2, " + mode + ", against all experts, same batch",
        "1.2×",
        "1×",
        "1.2×",
        MarkdownTable.number(gain, 2) + "×",
        Verdict.of(List.of(gain), 1, 1.2));
  }

  /** A router is worth having only if it is clearly ahead of none. */
  private Target aheadOfStatic(String what, String setting) {
    List<Double> leads =
        quality.corpora().stream()
            .map(
                corpus ->
                    quality.value("after", setting, corpus, "bleu")
                        - quality.value("after", "static-4-8", corpus, "bleu"))
            .toList();
    return new Target(
        what + " ahead of static hot-first at k = N/2, after finetuning, BLEU",
        NONE,
        "+" + NOISE,
        NONE,
        leads.stream()
            .map(lead -> MarkdownTable.signed(lead, 2))
            .collect(Collectors.joining(" / ")),
        Verdict.of(leads, NOISE, Double.POSITIVE_INFINITY));
  }
}
