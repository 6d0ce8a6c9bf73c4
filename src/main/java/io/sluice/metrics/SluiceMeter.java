package io.sluice.metrics;

import io.sluice.domain.Outcome;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Stage;
import java.util.List;

/**
 * Every meter. The names are part of the contract with dashboards and alerts; the README's table is
 * made from this by {@link MeterTable}.
 *
 * <p>A gauge that nobody feeds is absent: that says "not known", which 0 would not.
 */
public enum SluiceMeter {
  READY(
      Kind.GAUGE,
      "sluice_ready",
      Unit.NONE,
      "1 while records are taken: model warm, Kafka Streams RUNNING, not draining; otherwise 0"),
  CONSUMED(
      Kind.COUNTER,
      "sluice_consumed_records_total",
      Unit.RECORDS,
      "Records taken from the requests topic, or from the pending store at a restart or rebalance",
      Label.of("origin", "topic", "store")),
  RECORDS(
      Kind.COUNTER,
      "sluice_records_total",
      Unit.RECORDS,
      "Outcomes sent; rejected are the dead letters",
      Label.lowerCaseNames("outcome", Outcome.values(), "tombstone", "rejected")),
  FAILURES(
      Kind.COUNTER,
      "sluice_failures_total",
      Unit.RECORDS,
      "Dead letters by where and why",
      Label.names("stage", Stage.values()),
      Label.names("code", RejectionCode.values())),
  PENDING(
      Kind.GAUGE, "sluice_pending_records", Unit.RECORDS, "Records taken that have no outcome yet"),
  PENDING_BYTES(Kind.GAUGE, "sluice_pending_bytes", Unit.BYTES, "Size of the pending records"),
  RETRIES(
      Kind.COUNTER,
      "sluice_unavailable_total",
      Unit.NONE,
      "Tries that were postponed because the registry did not answer"),
  LAG(
      Kind.GAUGE,
      "sluice_lag_records",
      Unit.RECORDS,
      "Records not yet read, for each partition of this instance: end for read_committed less"
          + " what was read; what no reader gets is left out",
      Label.numbered("partition", "its number")),
  LAG_AGE(
      Kind.GAUGE,
      "sluice_lag_age_seconds",
      Unit.SECONDS,
      "Since the lag was read; grows while the broker does not answer"),
  SENSOR_FAILURES(
      Kind.COUNTER,
      "sluice_sensor_failures_total",
      Unit.NONE,
      "Readings of the lag that failed; the last value stays"),
  BATCHES(Kind.COUNTER, "sluice_batches_total", Unit.NONE, "Batches translated"),
  BATCH_SIZE(
      "sluice_batch_size",
      Unit.SEGMENTS,
      "Segments of a batch",
      1,
      2,
      4,
      8,
      16,
      24,
      32,
      48,
      64,
      128),
  TOKENS(
      Kind.COUNTER,
      "sluice_tokens_total",
      Unit.TOKENS,
      "Tokens read and written by the model",
      Label.of("direction", "source", "target")),
  QUEUE("sluice_queue_seconds", "From the record's timestamp to admission"),
  BATCH_WAIT("sluice_batch_wait_seconds", "From admission until the model began"),
  ENCODE("sluice_encode_seconds", "Tokenising and encoding"),
  DECODE("sluice_decode_seconds", "Decoding"),
  END_TO_END("sluice_end_to_end_seconds", "From the record's timestamp to sending its result"),
  EXPERTS(
      Kind.GAUGE,
      "sluice_experts",
      Unit.EXPERTS,
      "Experts that a layer has",
      Label.of("half", "encoder", "decoder")),
  EXPERTS_ACTIVE(
      Kind.GAUGE,
      "sluice_experts_active",
      Unit.EXPERTS,
      "Experts of a layer that the last batch ran",
      Label.numbered("layer", "encoder.0, decoder.0 and so on")),
  LEVEL(
      Kind.GAUGE,
      "sluice_level",
      Unit.NONE,
      "Rung of the service ladder; 0 is full quality. Absent with a fixed number of experts"),
  LEVEL_CHANGES(
      Kind.COUNTER,
      "sluice_level_changes_total",
      Unit.NONE,
      "Changes of level; down: fewer experts",
      Label.of("direction", "down", "up"),
      Label.of("cause", "BACKLOG_GREW", "BACKLOG_SHRANK", "SENSOR_STALE", "MANUAL", Label.OTHER)),
  BACKLOG(
      Kind.GAUGE,
      "sluice_backlog_seconds",
      Unit.SECONDS,
      "Time that the waiting work takes this instance, at full quality and at the lowest level",
      Label.of("quality", "full", "minimum")),
  DEGRADED(
      Kind.COUNTER, "sluice_degraded_records_total", Unit.RECORDS, "Results below full quality"),
  DEGRADED_RATIO(
      Kind.GAUGE,
      "sluice_degraded_ratio",
      Unit.SHARE,
      "Share of the last minute's results that are below full quality; 0 without results"),
  QUALITY_SCORE(
      "sluice_quality_score",
      Unit.SHARE,
      "Estimated quality of results, bypassed ones left out",
      0.1,
      0.2,
      0.3,
      0.4,
      0.5,
      0.6,
      0.7,
      0.8,
      0.9,
      1),
  EXPECTED_LOSS(
      "sluice_expected_loss",
      Unit.SHARE,
      "Expected chrF distance to the full-quality text",
      0.001,
      0.005,
      0.01,
      0.02,
      0.03,
      0.05,
      0.075,
      0.1,
      0.15,
      0.2,
      0.3,
      0.5,
      1),
  QUALITY_DEBT(
      Kind.GAUGE,
      "sluice_quality_debt_records",
      Unit.RECORDS,
      "Degraded results not yet translated again"),
  UPGRADES(
      Kind.COUNTER,
      "sluice_upgrades_total",
      Unit.RECORDS,
      "Degraded results: owed a translation at full quality, revised, or why there is no revision",
      Label.of("outcome", "owed", "revised", "too_large", "expired", "rejected", "tombstone")),
  LOSS_BOUND(
      Kind.GAUGE,
      "sluice_expected_loss_bound",
      Unit.SHARE,
      "chrF distance to the full-quality text that nine of ten degraded texts stay within,"
          + " refreshed from the sample; of the level compared last with that share of the experts",
      Label.of(
          "experts", "0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0")),
  SHADOW_AGREEMENT(
      "sluice_shadow_agreement",
      Unit.SHARE,
      "chrF of a sample of degraded texts against their full-quality text, by share of the experts",
      Label.of(
          "experts", "0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0"),
      0.3,
      0.5,
      0.7,
      0.8,
      0.9,
      0.95,
      0.99,
      1),
  CONTROL_EVENT_FAILURES(
      Kind.COUNTER,
      "sluice_control_event_failures_total",
      Unit.NONE,
      "Events for the control topic that were not sent");

  /** How a meter is read. */
  public enum Kind {
    COUNTER,
    GAUGE,
    /** Cumulative buckets, sum and count. */
    HISTOGRAM
  }

  /** What a value counts or measures. */
  public enum Unit {
    /** Plain numbers, events. */
    NONE("–"),
    RECORDS("records"),
    SEGMENTS("segments"),
    TOKENS("tokens"),
    EXPERTS("experts"),
    BYTES("bytes"),
    SECONDS("seconds"),
    /** 0 to 1. */
    SHARE("0 to 1");

    private final String text;

    Unit(String text) {
      this.text = text;
    }

    /** For a person. */
    public String text() {
      return text;
    }
  }

  private final Kind kind;
  private final String exportedName;
  private final Unit unit;
  private final String description;
  private final List<Label> labels;
  private final double[] buckets;

  SluiceMeter(Kind kind, String exportedName, Unit unit, String description, Label... labels) {
    this.kind = kind;
    this.exportedName = exportedName;
    this.unit = unit;
    this.description = description;
    this.labels = List.of(labels);
    this.buckets = new double[0];
  }

  /** A histogram. */
  SluiceMeter(String exportedName, Unit unit, String description, double... buckets) {
    this(exportedName, unit, description, List.of(), buckets);
  }

  /** A histogram with a label. */
  SluiceMeter(String exportedName, Unit unit, String description, Label label, double... buckets) {
    this(exportedName, unit, description, List.of(label), buckets);
  }

  SluiceMeter(
      String exportedName, Unit unit, String description, List<Label> labels, double... buckets) {
    this.kind = Kind.HISTOGRAM;
    this.exportedName = exportedName;
    this.unit = unit;
    this.description = description;
    this.labels = labels;
    this.buckets = buckets;
  }

  /** A histogram of durations. */
  SluiceMeter(String exportedName, String description) {
    this(
        exportedName,
        Unit.SECONDS,
        description,
        0.005,
        0.01,
        0.025,
        0.05,
        0.075,
        0.1,
        0.15,
        0.25,
        0.35,
        0.5,
        0.75,
        1,
        1.5,
        2,
        3,
        5,
        7.5,
        10,
        20,
        30,
        60,
        120,
        300);
  }

  /** How it is read. */
  public Kind kind() {
    return kind;
  }

  /** Its name in Prometheus. */
  public String exportedName() {
    return exportedName;
  }

  /** Its base unit. */
  public Unit unit() {
    return unit;
  }

  /** What it counts, for a person. */
  public String description() {
    return description;
  }

  /** Its labels, in the order in which values are given. */
  public List<Label> labels() {
    return labels;
  }

  /** Upper bounds of a histogram's buckets, ascending, without infinity; empty for others. */
  public double[] buckets() {
    return buckets.clone();
  }
}
