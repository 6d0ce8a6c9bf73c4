package io.sluice.domain;

/** Where a record lies in Kafka: its unique name. */
public record SourcePosition(String topic, int partition, long offset) {
  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
