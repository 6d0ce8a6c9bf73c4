package io.sluice.codec;

import io.sluice.avro.TranslationRequest;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Priority;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Request;
import io.sluice.domain.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificDatumReader;

/**
 * Bytes in registry framing (a zero byte, the schema id as 4 bytes big-endian, Avro's binary
 * encoding) to a valid request. Thread-safe.
 */
public final class RequestDecoder {
  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final int MAX_SCHEMAS = 1000;
  private static final Schema READER = TranslationRequest.getClassSchema();

  private final SchemaSource schemas;
  private final int maxTextBytes;
  private final Map<Integer, DatumReader<TranslationRequest>> readers = new ConcurrentHashMap<>();

  /**
   * A decoder.
   *
   * @param maxTextBytes longest text accepted, bytes of UTF-8
   */
  public RequestDecoder(SchemaSource schemas, int maxTextBytes) {
    AvroTrust.ensure();
    this.schemas = schemas;
    this.maxTextBytes = maxTextBytes;
  }

  /**
   * Decodes and validates one value.
   *
   * @throws RejectedException MALFORMED_RECORD, SCHEMA_UNKNOWN, MISSING_FIELD,
   *     UNSUPPORTED_LANGUAGE, INPUT_TOO_LONG or INVALID_TEXT
   * @throws io.sluice.domain.UnavailableException if the schema cannot be had for now
   */
  public Request decode(byte[] value) {
    if (value.length < HEADER_BYTES || value[0] != 0) {
      throw malformed("not in registry framing (" + value.length + " bytes)");
    }
    int id = ByteBuffer.wrap(value).getInt(1);
    DatumReader<TranslationRequest> reader = reader(id);
    BoundedDecoder decoder =
        new BoundedDecoder(ByteBuffer.wrap(value, HEADER_BYTES, value.length - HEADER_BYTES));
    TranslationRequest request;
    try {
      request = reader.read(null, decoder);
    } catch (InvalidStringException e) {
      throw rejected(RejectionCode.INVALID_TEXT, Stage.DECODE, "a string is not valid UTF-8");
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw malformed("not a TranslationRequest: " + e.getClass().getSimpleName());
    }
    if (decoder.remainingBytes() > 0) {
      throw malformed(decoder.remainingBytes() + " bytes follow the record");
    }
    return validated(request);
  }

  private DatumReader<TranslationRequest> reader(int id) {
    DatumReader<TranslationRequest> cached = readers.get(id);
    if (cached != null) {
      return cached;
    }
    Schema writer = schemas.schema(id);
    if (!writer.getFullName().equals(READER.getFullName())) {
      throw malformed("schema id " + id + " is not a TranslationRequest");
    }
    for (Schema.Field field : READER.getFields()) {
      if (!field.hasDefaultValue() && writer.getField(field.name()) == null) {
        throw rejected(
            RejectionCode.MISSING_FIELD,
            Stage.DECODE,
            "schema id " + id + " has no field " + field.name());
      }
    }
    DatumReader<TranslationRequest> reader = new SpecificDatumReader<>(writer, READER);
    if (readers.size() < MAX_SCHEMAS) {
      readers.put(id, reader);
    }
    return reader;
  }

  private Request validated(TranslationRequest request) {
    String text = request.getText();
    checkText(text);
    Double share = request.getMinimumExpertShare();
    if (share != null && !(share >= 0 && share <= 1)) {
      throw rejected(
          RejectionCode.MISSING_FIELD, Stage.VALIDATE, "minimumExpertShare is not within 0 and 1");
    }
    return new Request(
        request.getId(),
        text,
        LanguagePair.of(request.getSourceLanguage(), request.getTargetLanguage()),
        Optional.ofNullable(request.getCreatedAt()),
        priority(request.getPriority()),
        share == null ? OptionalDouble.empty() : OptionalDouble.of(share),
        Optional.ofNullable(request.getDeadline()),
        request.getMetadata());
  }

  private void checkText(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit < 0x80) {
        bytes += 1;
      } else if (unit < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(unit)) {
        bytes += 3;
      } else {
        // a valid pair: 4 bytes for 2 units; the strict decoder lets no half of a pair through
        bytes += 2;
      }
    }
    if (bytes > maxTextBytes) {
      throw rejected(
          RejectionCode.INPUT_TOO_LONG,
          Stage.VALIDATE,
          "text of %d bytes, the limit is %d".formatted(bytes, maxTextBytes));
    }
  }

  private static Priority priority(io.sluice.avro.Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> Priority.INTERACTIVE;
      case BULK -> Priority.BULK;
      case STANDARD, UNKNOWN -> Priority.STANDARD;
    };
  }

  private static RejectedException malformed(String message) {
    return rejected(RejectionCode.MALFORMED_RECORD, Stage.DECODE, message);
  }

  private static RejectedException rejected(RejectionCode code, Stage stage, String message) {
    return new RejectedException(new Rejection(code, stage, message, false));
  }
}
