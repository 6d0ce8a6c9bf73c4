package io.sluice.codec;

import org.apache.avro.AvroRuntimeException;

/** A string whose bytes are not UTF-8. */
final class InvalidStringException extends AvroRuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidStringException() {
    super("a string is not valid UTF-8");
  }
}
