package io.sluice.cli;

import io.sluice.metrics.Exposition;
import java.io.IOException;

/** Where {@code watch} gets meters from. One thread. */
interface MeterSource extends AutoCloseable {
  /**
   * What is to be seen now.
   *
   * @throws IOException if somebody does not answer; says who and why
   */
  Exposition read() throws IOException, InterruptedException;

  @Override
  void close();
}
