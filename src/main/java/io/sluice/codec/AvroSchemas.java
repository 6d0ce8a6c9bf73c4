package io.sluice.codec;

import org.apache.avro.Schema;

/** The schemas as they are published: without the marks that the code generator leaves. */
public final class AvroSchemas {
  private static final String JAVA_STRING = ",\"avro.java.string\":\"String\"";

  private AvroSchemas() {}

  /** A generated class's schema as its .avsc file says it. */
  public static Schema published(Schema generated) {
    return new Schema.Parser().parse(generated.toString().replace(JAVA_STRING, ""));
  }
}
