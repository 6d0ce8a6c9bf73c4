package io.sluice.codec;

import org.apache.avro.util.ClassSecurityValidator;

/** Tells Avro, once per process, that the generated classes may be instantiated. */
public final class AvroTrust {
  private static final String TRUSTED_PACKAGE = "io.sluice.avro.";

  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(),
            type -> type.getName().startsWith(TRUSTED_PACKAGE)));
  }

  private AvroTrust() {}

  /** Must be called before a generated class is decoded; cheap, any number of times. */
  public static void ensure() {
    // the static initialiser did it
  }
}
