package io.sluice.testing;

import io.sluice.domain.Decoding;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.ModelIdentity;
import io.sluice.domain.Outcome;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Quality;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.TokenStatistics;
import io.sluice.domain.Translation;
import io.sluice.engine.Translator;
import io.sluice.quality.ExpectedLoss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Translates into upper case. A bar separates segments, a word is a token, blank text is bypassed;
 * the script is called with each batch and may throw.
 */
public final class ScriptedTranslator implements Translator {
  private static final ModelIdentity MODEL = new ModelIdentity("scripted", "1", "00");
  private static final Routing ROUTING =
      new Routing(
          RoutingMode.DENSE, List.of(1), 1, List.of(1), 1, io.sluice.domain.BudgetCause.FULL, 0);

  private final int experts;
  private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
  private volatile Consumer<List<String>> script = batch -> {};
  private volatile ExpectedLoss loss = ExpectedLoss.UNKNOWN;
  private volatile long encodeNanos;
  private volatile long decodeNanos;

  /** With four experts in each layer. */
  public ScriptedTranslator() {
    this(4);
  }

  /** With so many experts in each layer. */
  public ScriptedTranslator(int experts) {
    this.experts = experts;
  }

  public void script(Consumer<List<String>> newScript) {
    script = newScript;
  }

  public void loses(ExpectedLoss expected) {
    loss = expected;
  }

  @Override
  public ExpectedLoss expectedLoss() {
    return loss;
  }

  public void costs(long encode, long decode) {
    encodeNanos = encode;
    decodeNanos = decode;
  }

  /** The texts of all batches that were asked for, failed ones included. */
  public List<List<String>> batches() {
    return List.copyOf(batches);
  }

  @Override
  public ModelIdentity model() {
    return MODEL;
  }

  @Override
  public Set<LanguagePair> languagePairs() {
    return Set.of(new LanguagePair("en", "de"));
  }

  @Override
  public PreparedText prepare(String text, LanguagePair languages) {
    if (text.isBlank()) {
      return PreparedText.bypass(text);
    }
    List<Segment> segments = new ArrayList<>();
    List<String> glue = new ArrayList<>(List.of(""));
    for (String part : text.split("\\|")) {
      segments.add(new Segment(languages, part, new int[part.split(" ").length]));
      glue.add("|");
    }
    glue.set(glue.size() - 1, "");
    return new PreparedText(text, segments, glue);
  }

  @Override
  public List<SegmentTranslation> translate(
      List<Segment> batch, ExpertBudget budget, int width, Listener listener) {
    List<String> texts = batch.stream().map(Segment::text).toList();
    batches.add(texts);
    script.accept(texts);
    Routing routing = routing(budget);
    List<SegmentTranslation> results =
        batch.stream().map(segment -> translation(segment, routing)).toList();
    for (int i = 0; i < results.size(); i++) {
      listener.onTranslated(i, results.get(i));
    }
    return results;
  }

  /** As the budget says; where it says nothing, one layer in each half. */
  private Routing routing(ExpertBudget budget) {
    if (budget.decoderExperts().isEmpty()) {
      return ROUTING;
    }
    return new Routing(
        budget.mode(),
        budget.decoderExperts(),
        experts,
        budget.encoderExperts(),
        experts,
        budget.cause(),
        budget.backlogMillis());
  }

  private SegmentTranslation translation(Segment segment, Routing routing) {
    return new SegmentTranslation(
        segment.text().toUpperCase(Locale.ROOT),
        segment.length(),
        segment.length(),
        0,
        TokenStatistics.NONE,
        1,
        0,
        Set.of(),
        routing,
        encodeNanos,
        decodeNanos);
  }

  @Override
  public Translation assemble(PreparedText prepared, List<SegmentTranslation> parts) {
    return new Translation(
        prepared.join(parts.stream().map(SegmentTranslation::text).toList()),
        prepared.bypassed() ? Outcome.BYPASSED : Outcome.TRANSLATED,
        Quality.BYPASSED,
        parts.isEmpty() ? ROUTING : parts.get(0).routing(),
        new Decoding(1, false, "float32", "cpu/test"),
        MODEL,
        Set.of());
  }

  @Override
  public void close() {}
}
