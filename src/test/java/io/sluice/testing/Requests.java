package io.sluice.testing;

import io.sluice.avro.Priority;
import io.sluice.avro.TranslationRequest;
import io.sluice.codec.AvroTrust;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Builds requests and their bytes. */
public final class Requests {
  private Requests() {}

  public static TranslationRequest english(String id, String text) {
    return new TranslationRequest(
        id, text, "en", "de", null, Priority.STANDARD, null, null, Map.of());
  }

  public static TranslationRequest withDeadline(String id, String text, Instant deadline) {
    TranslationRequest request = english(id, text);
    request.setDeadline(deadline);
    return request;
  }

  public static TranslationRequest withShare(String id, String text, double share) {
    TranslationRequest request = english(id, text);
    request.setMinimumExpertShare(share);
    return request;
  }

  /** Registry framing around Avro's binary encoding. */
  public static byte[] framed(int schemaId, SpecificRecord value) {
    AvroTrust.ensure();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(header(schemaId));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      new SpecificDatumWriter<SpecificRecord>(value.getSchema()).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A zero byte and the schema id. */
  public static byte[] header(int schemaId) {
    return ByteBuffer.allocate(5).put((byte) 0).putInt(schemaId).array();
  }
}
