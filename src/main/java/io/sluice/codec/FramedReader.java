package io.sluice.codec;

import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Bytes in registry framing (a zero byte, the schema id as 4 bytes big-endian, Avro's binary
 * encoding) to records of one type. Thread-safe.
 */
final class FramedReader<T extends SpecificRecord> {
  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final int MAX_SCHEMAS = 1000;

  private final SchemaSource schemas;
  private final Schema expected;
  private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();

  FramedReader(SchemaSource schemas, Schema expected) {
    AvroTrust.ensure();
    this.schemas = schemas;
    this.expected = expected;
  }

  /**
   * Reads one value.
   *
   * @throws RejectedException MALFORMED_RECORD, SCHEMA_UNKNOWN, MISSING_FIELD or INVALID_TEXT
   * @throws io.sluice.domain.UnavailableException if the schema cannot be had for now
   */
  T read(byte[] value) {
    if (value.length < HEADER_BYTES || value[0] != 0) {
      throw malformed("not in registry framing (" + value.length + " bytes)");
    }
    int id = ByteBuffer.wrap(value).getInt(1);
    DatumReader<T> reader = reader(id);
    BoundedDecoder decoder =
        new BoundedDecoder(ByteBuffer.wrap(value, HEADER_BYTES, value.length - HEADER_BYTES));
    T read;
    try {
      read = reader.read(null, decoder);
    } catch (InvalidStringException e) {
      throw rejected(RejectionCode.INVALID_TEXT, "a string is not valid UTF-8");
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw malformed("not a " + expected.getName() + ": " + e.getClass().getSimpleName());
    }
    if (decoder.remainingBytes() > 0) {
      throw malformed(decoder.remainingBytes() + " bytes follow the record");
    }
    return read;
  }

  private DatumReader<T> reader(int id) {
    DatumReader<T> cached = readers.get(id);
    if (cached != null) {
      return cached;
    }
    Schema writer = schemas.schema(id);
    if (!writer.getFullName().equals(expected.getFullName())) {
      throw malformed("schema id " + id + " is not a " + expected.getName());
    }
    for (Schema.Field field : expected.getFields()) {
      if (!field.hasDefaultValue() && writer.getField(field.name()) == null) {
        throw rejected(
            RejectionCode.MISSING_FIELD, "schema id " + id + " has no field " + field.name());
      }
    }
    DatumReader<T> reader = new SpecificDatumReader<>(writer, expected);
    if (readers.size() < MAX_SCHEMAS) {
      readers.put(id, reader);
    }
    return reader;
  }

  private static RejectedException malformed(String message) {
    return rejected(RejectionCode.MALFORMED_RECORD, message);
  }

  private static RejectedException rejected(RejectionCode code, String message) {
    return new RejectedException(new Rejection(code, Stage.DECODE, message, false));
  }
}
