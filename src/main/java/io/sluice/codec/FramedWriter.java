package io.sluice.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Records to bytes in registry framing. Thread-safe, never blocks. */
final class FramedWriter<T extends SpecificRecord> {
  private final int schemaId;
  private final SpecificDatumWriter<T> writer;

  /**
   * A writer.
   *
   * @param schemaId the registry's id of the schema
   */
  FramedWriter(int schemaId, Schema schema) {
    AvroTrust.ensure();
    this.schemaId = schemaId;
    this.writer = new SpecificDatumWriter<>(schema);
  }

  byte[] write(T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    bytes.write(0);
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      writer.write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
