package io.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.sluice.avro.TranslationRequest;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Priority;
import io.sluice.domain.RejectedException;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Request;
import io.sluice.testing.Requests;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {
  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private RequestDecoder decoder;
  private int id;

  @BeforeEach
  void register() throws Exception {
    id =
        registry.register(
            "requests-value",
            new AvroSchema(AvroSchemas.published(TranslationRequest.getClassSchema())));
    decoder =
        new RequestDecoder(
            new SchemaSource(registry, Duration.ZERO, System::nanoTime, Runnable::run), 1 << 20);
  }

  private RejectionCode rejection(byte[] value) {
    return catchThrowableOfType(RejectedException.class, () -> decoder.decode(value))
        .rejection()
        .code();
  }

  private RejectionCode rejection(TranslationRequest request) {
    return rejection(Requests.framed(id, request));
  }

  @Test
  void shouldDecodeEveryField() {
    TranslationRequest request =
        new TranslationRequest(
            "id-1",
            "Hello 👋",
            "EN",
            "De",
            Instant.ofEpochMilli(1),
            io.sluice.avro.Priority.BULK,
            0.5,
            Instant.ofEpochMilli(2),
            Map.of("a", "b"));

    Request decoded = decoder.decode(Requests.framed(id, request));

    assertThat(decoded.id()).isEqualTo("id-1");
    assertThat(decoded.text()).isEqualTo("Hello 👋");
    assertThat(decoded.languages()).isEqualTo(new LanguagePair("en", "de"));
    assertThat(decoded.createdAt()).contains(Instant.ofEpochMilli(1));
    assertThat(decoded.priority()).isEqualTo(Priority.BULK);
    assertThat(decoded.minimumExpertShare()).hasValue(0.5);
    assertThat(decoded.deadline()).contains(Instant.ofEpochMilli(2));
    assertThat(decoded.metadata()).isEqualTo(Map.of("a", "b"));
  }

  @Test
  void shouldTakeUnknownPriorityAsStandard() {
    TranslationRequest request = Requests.english("", "text");
    request.setPriority(io.sluice.avro.Priority.UNKNOWN);

    Request decoded = decoder.decode(Requests.framed(id, request));

    assertThat(decoded.priority()).isEqualTo(Priority.STANDARD);
    assertThat(decoded.id()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "</s>", "eng_Latn", "\u0000\u0007\u001b[31m", "🙂", "\ufffd"})
  void shouldDecodeUnusualText(String text) {
    assertThat(decoder.decode(Requests.framed(id, Requests.english("x", text))).text())
        .isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 6, 9})
  void shouldRejectWhenCutShort(int length) {
    byte[] whole = Requests.framed(id, Requests.english("x", "text"));

    assertThat(rejection(java.util.Arrays.copyOf(whole, length)))
        .isEqualTo(RejectionCode.MALFORMED_RECORD);
  }

  @Test
  void shouldRejectWhenNotInRegistryFraming() {
    assertThat(rejection("{\"text\":\"json\"}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(RejectionCode.MALFORMED_RECORD);
  }

  @Test
  void shouldRejectWhenBytesFollow() {
    byte[] whole = Requests.framed(id, Requests.english("x", "text"));

    assertThat(rejection(java.util.Arrays.copyOf(whole, whole.length + 1)))
        .isEqualTo(RejectionCode.MALFORMED_RECORD);
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE, 1000})
  void shouldRejectWithoutAllocatingWhenALengthPromisesTooMuch(long length) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Requests.header(id));
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    encoder.writeLong(length);
    bytes.writeBytes(new byte[20]);

    assertThat(rejection(bytes.toByteArray())).isEqualTo(RejectionCode.MALFORMED_RECORD);
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, Long.MAX_VALUE, -5, Long.MIN_VALUE})
  void shouldRejectWhenAMapPromisesTooMuch(long count) throws Exception {
    byte[] whole = Requests.framed(id, Requests.english("x", "text"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(whole, 0, whole.length - 1);
    EncoderFactory.get().directBinaryEncoder(bytes, null).writeLong(count);

    assertThat(rejection(bytes.toByteArray())).isEqualTo(RejectionCode.MALFORMED_RECORD);
  }

  @ParameterizedTest
  @CsvSource({"c328", "eda080", "ff", "f0808080", "80", "feff0041"})
  void shouldRejectTextThatIsNotUtf8(String hex) {
    byte[] bad = java.util.HexFormat.of().parseHex(hex);
    byte[] whole = Requests.framed(id, Requests.english("x", "a".repeat(bad.length)));
    System.arraycopy(bad, 0, whole, Requests.header(id).length + 3, bad.length);

    assertThat(rejection(whole)).isEqualTo(RejectionCode.INVALID_TEXT);
  }

  @Test
  void shouldRejectAnotherRecordType() throws Exception {
    Schema other =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"Other\",\"fields\":"
                    + "[{\"name\":\"text\",\"type\":\"string\"}]}");
    int otherId = registry.register("other-value", new AvroSchema(other));

    assertThat(rejection(Requests.framed(otherId, Requests.english("x", "text"))))
        .isEqualTo(RejectionCode.MALFORMED_RECORD);
  }

  @Test
  void shouldRejectWriterWithoutANeededField() throws Exception {
    Schema writer =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"TranslationRequest\",\"namespace\":"
                    + "\"io.sluice.avro\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}");
    int writerId = registry.register("old-value", new AvroSchema(writer));

    assertThat(rejection(Requests.framed(writerId, Requests.english("x", "text"))))
        .isEqualTo(RejectionCode.MISSING_FIELD);
  }

  @Test
  void shouldDecodeWriterWithMoreFields() throws Exception {
    String json = AvroSchemas.published(TranslationRequest.getClassSchema()).toString();
    String added =
        "[{\"name\":\"tenant\",\"type\":{\"type\":\"array\",\"items\":\"string\"}},"
            + "{\"name\":\"id\"";
    int newId =
        registry.register(
            "new-value",
            new AvroSchema(new Schema.Parser().parse(json.replace("[{\"name\":\"id\"", added))));
    byte[] old = Requests.framed(newId, Requests.english("x", "text"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(old, 0, 5);
    bytes.write(0);
    bytes.write(old, 5, old.length - 5);

    assertThat(decoder.decode(bytes.toByteArray()).text()).isEqualTo("text");
  }

  @ParameterizedTest
  @CsvSource({"en,en", "en,EN", "en,''", "english!,de", "en,d", "und,de"})
  void shouldRejectLanguages(String source, String target) {
    TranslationRequest request = Requests.english("x", "text");
    request.setSourceLanguage(source);
    request.setTargetLanguage(target);

    assertThat(rejection(request)).isEqualTo(RejectionCode.UNSUPPORTED_LANGUAGE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRejectShareOutOfRange(double share) {
    assertThat(rejection(Requests.withShare("x", "text", share)))
        .isEqualTo(RejectionCode.MISSING_FIELD);
  }

  @Test
  void shouldAcceptTextUpToTheLimitInBytes() {
    String limit = "é".repeat(1 << 19);

    assertThat(decoder.decode(Requests.framed(id, Requests.english("x", limit))).text())
        .hasSize(1 << 19);
    assertThat(rejection(Requests.english("x", limit + "a")))
        .isEqualTo(RejectionCode.INPUT_TOO_LONG);
  }
}
