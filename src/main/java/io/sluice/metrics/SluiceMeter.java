package io.sluice.metrics;

import java.util.List;

/** Every meter. The names are part of the contract with dashboards and alerts. */
public enum SluiceMeter {
  RECORDS(Kind.COUNTER, "sluice_records_total", "Outcomes sent", "outcome"),
  FAILURES(Kind.COUNTER, "sluice_failures_total", "Requests rejected", "stage", "code"),
  BATCHES(Kind.COUNTER, "sluice_batches_total", "Batches translated"),
  BATCH_SIZE(Kind.HISTOGRAM, "sluice_batch_size", "Segments in a batch"),
  TOKENS(Kind.COUNTER, "sluice_tokens_total", "Tokens read and written", "direction"),
  QUEUE(Kind.SECONDS, "sluice_queue_seconds", "From the record's timestamp to admission"),
  BATCH_WAIT(Kind.SECONDS, "sluice_batch_wait_seconds", "From admission to the first batch"),
  ENCODE(Kind.SECONDS, "sluice_encode_seconds", "Tokenising and encoding"),
  DECODE(Kind.SECONDS, "sluice_decode_seconds", "Decoding"),
  END_TO_END(Kind.SECONDS, "sluice_end_to_end_seconds", "From the record's timestamp to sending"),
  LAG(Kind.GAUGE, "sluice_lag_records", "Records not yet read", "partition"),
  PENDING(Kind.GAUGE, "sluice_pending_records", "Records kept and not yet sent"),
  PENDING_BYTES(Kind.GAUGE, "sluice_pending_bytes", "Size of the records kept and not yet sent"),
  BACKLOG(Kind.GAUGE, "sluice_backlog_seconds", "Time that the waiting work takes", "quality"),
  EXPERTS_ACTIVE(Kind.GAUGE, "sluice_experts_active", "Experts run in a layer", "layer"),
  LEVEL(Kind.GAUGE, "sluice_level", "Rung of the service ladder, 0 is full quality"),
  LEVEL_CHANGES(
      Kind.COUNTER, "sluice_level_changes_total", "Changes of level", "direction", "cause"),
  DEGRADED_RATIO(Kind.GAUGE, "sluice_degraded_ratio", "Share of results below full quality"),
  QUALITY_SCORE(Kind.HISTOGRAM, "sluice_quality_score", "Estimated quality of results, 0 to 1"),
  QUALITY_DEBT(Kind.GAUGE, "sluice_quality_debt_records", "Degraded results not yet redone"),
  UPGRADES(
      Kind.COUNTER,
      "sluice_upgrades_total",
      "Degraded results by what became of them: owed, revised, or why not",
      "outcome"),
  SHADOW_AGREEMENT(
      Kind.HISTOGRAM,
      "sluice_shadow_agreement",
      "chrF, 0 to 1, of degraded texts against their full-quality text",
      "experts"),
  SENSOR_FAILURES(
      Kind.COUNTER, "sluice_sensor_failures_total", "Looks at the lag that gave no answer"),
  CONTROL_EVENT_FAILURES(
      Kind.COUNTER, "sluice_control_event_failures_total", "Events of the controller not sent"),
  RETRIES(Kind.COUNTER, "sluice_unavailable_total", "Tries postponed because the world was away"),
  READY(Kind.GAUGE, "sluice_ready", "1 if records are being taken");

  /** How a meter is read. */
  public enum Kind {
    COUNTER,
    GAUGE,
    /** Distribution of plain numbers. */
    HISTOGRAM,
    /** Distribution of durations in seconds. */
    SECONDS
  }

  private final Kind kind;
  private final String exportedName;
  private final String description;
  private final List<String> labels;

  SluiceMeter(Kind kind, String exportedName, String description, String... labels) {
    this.kind = kind;
    this.exportedName = exportedName;
    this.description = description;
    this.labels = List.of(labels);
  }

  /** How it is read. */
  public Kind kind() {
    return kind;
  }

  /** Its name in Prometheus. */
  public String exportedName() {
    return exportedName;
  }

  /** What it counts, for a person. */
  public String description() {
    return description;
  }

  /** Names of its labels, in the order in which values are given. */
  public List<String> labels() {
    return labels;
  }
}
