package io.sluice.pipeline;

import io.sluice.avro.ControlEvent;

/** Where events of the controller go. One thread. */
interface EventSink extends AutoCloseable {
  /** Sends one and waits until it is there; throws if it is not. */
  void send(ControlEvent event) throws Exception;

  @Override
  void close();
}
