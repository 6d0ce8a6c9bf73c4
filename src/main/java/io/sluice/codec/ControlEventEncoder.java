package io.sluice.codec;

import io.sluice.avro.ControlEvent;

/** Events of the controller to bytes in registry framing. Thread-safe. */
public final class ControlEventEncoder {
  private final FramedWriter<ControlEvent> writer;

  /**
   * An encoder.
   *
   * @param schemaId the registry's id of the ControlEvent schema
   */
  public ControlEventEncoder(int schemaId) {
    this.writer = new FramedWriter<>(schemaId, ControlEvent.getClassSchema());
  }

  public byte[] encode(ControlEvent event) {
    return writer.write(event);
  }
}
