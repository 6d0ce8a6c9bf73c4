package io.sluice.codec;

import io.sluice.avro.TranslationRequest;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Priority;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Request;
import io.sluice.domain.Stage;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Bytes in registry framing (a zero byte, the schema id as 4 bytes big-endian, Avro's binary
 * encoding) to a valid request. Thread-safe.
 */
public final class RequestDecoder {
  private final FramedReader<TranslationRequest> reader;
  private final int maxTextBytes;

  /**
   * A decoder.
   *
   * @param maxTextBytes longest text accepted, bytes of UTF-8
   */
  public RequestDecoder(SchemaSource schemas, int maxTextBytes) {
    this.reader = new FramedReader<>(schemas, TranslationRequest.getClassSchema());
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
    return validated(reader.read(value), maxTextBytes);
  }

  static Request validated(TranslationRequest request, int maxTextBytes) {
    String text = request.getText();
    checkText(text, maxTextBytes);
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

  private static void checkText(String text, int maxTextBytes) {
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

  private static RejectedException rejected(RejectionCode code, Stage stage, String message) {
    return new RejectedException(new Rejection(code, stage, message, false));
  }
}
