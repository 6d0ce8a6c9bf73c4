package io.sluice.pipeline;

import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationRequest;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Stage;
import io.sluice.testing.Requests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Every kind of record that somebody will send one day, and what must become of it: the table in
 * the README, as a list.
 */
final class UnhappyRecords {
  /** The text that hides in some of them. */
  static final String CLEAN = "A man is riding a bicycle.";

  private static final int UNKNOWN_SCHEMA = 123_456_789;
  private static final int MEBIBYTE = 1 << 20;
  private static final int TEXT_LIMIT = MEBIBYTE + (64 << 10);

  private final int requestSchema;
  private final List<Case> cases = new ArrayList<>();

  /** What must become of a record. */
  sealed interface Expected {}

  /** A result. */
  record Result(Outcome outcome) implements Expected {}

  /** A dead letter. */
  record DeadLetter(RejectionCode code, Stage stage, boolean retryable) implements Expected {}

  /** A null value under the same key. */
  record Tombstone() implements Expected {}

  /**
   * A record.
   *
   * @param text of the request, null where it has none that can be read
   */
  record Case(String name, byte[] value, String text, Expected expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private UnhappyRecords(int requestSchema) {
    this.requestSchema = requestSchema;
  }

  /**
   * All of them.
   *
   * @param requestSchema id of the schema of requests
   * @param otherSchema id of another record's schema
   * @param textlessSchema id of a schema of requests that lacks the text
   */
  static List<Case> all(int requestSchema, int otherSchema, int textlessSchema) {
    UnhappyRecords records = new UnhappyRecords(requestSchema);
    records.malformed(otherSchema, textlessSchema);
    records.languages();
    records.emptyTexts();
    records.invalidTexts();
    records.oddTexts();
    records.longTexts();
    records.fields();
    return List.copyOf(records.cases);
  }

  private void malformed(int otherSchema, int textlessSchema) {
    byte[] good = request(CLEAN);
    bad("no bytes at all", new byte[0], RejectionCode.MALFORMED_RECORD);
    bad("no registry framing", CLEAN.getBytes(StandardCharsets.UTF_8));
    bad("random bytes after the framing", framed(requestSchema, -1, -1, -1, -1, -1, -1, -1, -1));
    bad("a record that ends too early", java.util.Arrays.copyOf(good, good.length - 5));
    bad("bytes after the record", java.util.Arrays.copyOf(good, good.length + 1));
    bad("a string length of 2^31-1", framed(requestSchema, 0xfe, 0xff, 0xff, 0xff, 0x0f, 'x'));
    bad("a negative string length", framed(requestSchema, 0x01));
    bad("another record type", framed(otherSchema, 2, 'x', 2, 'y'));
    bad("unknown schema id", framed(UNKNOWN_SCHEMA, 2, 'x'), RejectionCode.SCHEMA_UNKNOWN);
    bad("schema id 0", framed(0, 2, 'x'), RejectionCode.SCHEMA_UNKNOWN);
    bad("a negative schema id", framed(-1, 2, 'x'), RejectionCode.SCHEMA_UNKNOWN);
    bad("the least schema id", framed(Integer.MIN_VALUE, 2), RejectionCode.SCHEMA_UNKNOWN);
    bad("a schema without the text", framed(textlessSchema, 2, 'x'), RejectionCode.MISSING_FIELD);
    add("tombstone", null, null, new Tombstone());
  }

  private void languages() {
    language("a language that is not served", "fr", "de");
    language("a language tag that is none", "?", "de");
    language("an empty language tag", "en", "");
    language("equal languages", "en", "en");
    language("equal languages in different case", "en", "EN");
    TranslationRequest upper = Requests.english("upper", CLEAN);
    upper.setSourceLanguage("EN");
    upper.setTargetLanguage("DE");
    result("upper-case languages", upper, Outcome.TRANSLATED);
  }

  private void language(String name, String source, String target) {
    TranslationRequest request = Requests.english(name, CLEAN);
    request.setSourceLanguage(source);
    request.setTargetLanguage(target);
    validated(name, request, RejectionCode.UNSUPPORTED_LANGUAGE);
  }

  private void emptyTexts() {
    text("empty text", "", Outcome.BYPASSED);
    text("white space only", " \n\t ", Outcome.BYPASSED);
    text("numbers and symbols only", "12:30 – 45 %", Outcome.BYPASSED);
    text("control characters only", "\u0000\u0007\u001b", Outcome.BYPASSED);
  }

  private void invalidTexts() {
    invalid("invalid UTF-8 (a byte FF)", 'A', 0xff, 'B');
    invalid("invalid UTF-8 (cut in a character)", 'A', 0xc3);
    invalid("invalid UTF-8 (overlong)", 0xc0, 0xaf);
    invalid("unpaired UTF-16 surrogate, encoded", 'A', 0xed, 0xa0, 0x80);
    invalid("UTF-16 bytes", 0xfe, 0xff, 0x00, 'A');
  }

  private void invalid(String name, int... text) {
    byte[] value = request(bytes(text));
    add(name, value, null, new DeadLetter(RejectionCode.INVALID_TEXT, Stage.DECODE, false));
  }

  private void oddTexts() {
    text("control characters", "A man\u0000 is riding\u0007 a bicycle.\u001b", Outcome.TRANSLATED);
    text("special tokens alone", "</s> <unk>", Outcome.BYPASSED);
    text("a language token alone", "eng_Latn", Outcome.TRANSLATED);
    text("special tokens in a text", "</s> " + CLEAN + " eng_Latn", Outcome.TRANSLATED);
    text("emoji and private characters", "\ud83d\ude80 \ue000 \u202e" + CLEAN, Outcome.TRANSLATED);
  }

  private void longTexts() {
    text("10 000 repeated characters", "a".repeat(10_000), Outcome.TRANSLATED);
    text("5 000 combining marks", "e" + "\u0301".repeat(5_000), Outcome.TRANSLATED);
    text("1 MiB of text", sentencesAndNumbers(MEBIBYTE), Outcome.TRANSLATED);
    TranslationRequest tooLong = Requests.english("long", "7".repeat(TEXT_LIMIT + 1));
    validated("text above the limit", tooLong, RejectionCode.INPUT_TOO_LONG);
  }

  /** Lines of digits with a sentence here and there, so that the model has little to do. */
  private static String sentencesAndNumbers(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int line = 0; text.length() + 64 < length; line++) {
      text.append(line % 1000 == 0 ? CLEAN : "%050d".formatted(line)).append('\n');
    }
    return text.append("7".repeat(length - text.length())).toString();
  }

  private void fields() {
    Instant past = Instant.parse("2001-01-01T00:00:00Z");
    result("a deadline in the past", Requests.withDeadline("late", CLEAN, past), Outcome.EXPIRED);
    for (double share : new double[] {1.5, -0.1, Double.NaN}) {
      validated(
          "a floor of " + share,
          Requests.withShare("floor", CLEAN, share),
          RejectionCode.MISSING_FIELD);
    }
  }

  private void text(String name, String text, Outcome outcome) {
    result(name, Requests.english(name, text), outcome);
  }

  private void result(String name, TranslationRequest request, Outcome outcome) {
    add(name, Requests.framed(requestSchema, request), request.getText(), new Result(outcome));
  }

  private void validated(String name, TranslationRequest request, RejectionCode code) {
    DeadLetter expected = new DeadLetter(code, Stage.VALIDATE, false);
    add(name, Requests.framed(requestSchema, request), request.getText(), expected);
  }

  private void bad(String name, byte[] value) {
    bad(name, value, RejectionCode.MALFORMED_RECORD);
  }

  private void bad(String name, byte[] value, RejectionCode code) {
    boolean retryable = code == RejectionCode.SCHEMA_UNKNOWN;
    add(name, value, null, new DeadLetter(code, Stage.DECODE, retryable));
  }

  private void add(String name, byte[] value, String text, Expected expected) {
    cases.add(new Case(name, value, text, expected));
  }

  private byte[] request(String text) {
    return request(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A request whose text is any bytes: Avro writes strings like bytes. */
  private byte[] request(byte[] text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Requests.header(requestSchema));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      encoder.writeString("id");
      encoder.writeBytes(text);
      encoder.writeString("en");
      encoder.writeString("de");
      encoder.writeIndex(0);
      encoder.writeEnum(2);
      encoder.writeIndex(0);
      encoder.writeIndex(0);
      encoder.writeMapStart();
      encoder.writeMapEnd();
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] framed(int schemaId, int... body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Requests.header(schemaId));
    bytes.writeBytes(bytes(body));
    return bytes.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
