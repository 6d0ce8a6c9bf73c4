package io.sluice.domain;

/**
 * Where the time of one request went, in milliseconds; see the schema for each clock. The first
 * four add up to at most the total.
 */
public record Latency(
    double queueMillis,
    double batchWaitMillis,
    double encodeMillis,
    double decodeMillis,
    double totalMillis) {}
