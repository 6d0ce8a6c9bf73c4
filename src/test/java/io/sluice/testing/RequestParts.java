package io.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * A framed request as the parts of Avro's binary encoding, so that a mutation can aim at one of
 * them. Not thread-safe.
 */
final class RequestParts {
  private static final int SECONDS_RANGE = 1 << 30;
  private static final List<String> TEXTS =
      List.of(
          "", "12:30", "A man is riding a bicycle.", "Grüße 👋 {name}", "</s> eng_Latn\n\u0000");
  private static final List<String[]> LANGUAGES =
      List.of(
          new String[] {"en", "de"},
          new String[] {"de", "en"},
          new String[] {"EN", "de-AT"},
          new String[] {"en", "en"},
          new String[] {"", "de"},
          new String[] {"en-x-private", "i-klingon"});

  /** What a part is. */
  enum Kind {
    MAGIC,
    SCHEMA,
    /** Length of a string. */
    LENGTH,
    STRING,
    /** Index of a union's branch. */
    BRANCH,
    /** Index of an enum's symbol. */
    SYMBOL,
    LONG,
    DOUBLE,
    /** Number of items in a block of the map. */
    COUNT,
    /** Size of a block in bytes. */
    BLOCK_SIZE
  }

  /** A part; bytes are never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Part(Kind kind, byte[] bytes) {}

  private final List<Part> parts = new ArrayList<>();

  /** A valid request, but for its languages now and then. */
  static RequestParts random(Random random, int schemaId) {
    RequestParts request = new RequestParts();
    request.add(Kind.MAGIC, new byte[] {0});
    request.add(Kind.SCHEMA, ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
    request.string(Integer.toString(random.nextInt()));
    request.string(text(random));
    String[] languages = LANGUAGES.get(Math.max(0, random.nextInt(30) - 24));
    request.string(languages[0]);
    request.string(languages[1]);
    request.instant(random);
    request.number(Kind.SYMBOL, random.nextInt(4));
    request.share(random);
    request.instant(random);
    request.metadata(random);
    return request;
  }

  private static String text(Random random) {
    int choice = random.nextInt(TEXTS.size() + 1);
    return choice < TEXTS.size()
        ? TEXTS.get(choice)
        : "word ".repeat(1 + random.nextInt(random.nextInt(50) == 0 ? 2_000 : 40));
  }

  private void instant(Random random) {
    boolean present = random.nextInt(3) == 0;
    number(Kind.BRANCH, present ? 1 : 0);
    if (present) {
      number(Kind.LONG, random.nextInt(SECONDS_RANGE) * 4_000L);
    }
  }

  private void share(Random random) {
    boolean present = random.nextInt(3) == 0;
    number(Kind.BRANCH, present ? 1 : 0);
    if (present) {
      long bits = Long.reverseBytes(Double.doubleToLongBits(random.nextDouble()));
      add(Kind.DOUBLE, ByteBuffer.allocate(Double.BYTES).putLong(bits).array());
    }
  }

  /** Blocks of entries, with or without their size in bytes, as Avro allows both. */
  private void metadata(Random random) {
    for (int block = random.nextInt(3); block > 0; block--) {
      int count = 1 + random.nextInt(3);
      RequestParts entries = new RequestParts();
      for (int i = 0; i < count; i++) {
        entries.string("key " + random.nextInt(10));
        entries.string("value".repeat(random.nextInt(4)));
      }
      boolean sized = random.nextBoolean();
      number(Kind.COUNT, sized ? -count : count);
      if (sized) {
        number(Kind.BLOCK_SIZE, entries.bytes().length);
      }
      parts.addAll(entries.parts);
    }
    number(Kind.COUNT, 0);
  }

  private void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(Kind.LENGTH, bytes.length);
    add(Kind.STRING, bytes);
  }

  private void number(Kind kind, long value) {
    add(kind, variable(value));
  }

  private void add(Kind kind, byte[] bytes) {
    parts.add(new Part(kind, bytes));
  }

  /** Number of parts. */
  int size() {
    return parts.size();
  }

  Part get(int index) {
    return parts.get(index);
  }

  void set(int index, byte[] bytes) {
    parts.set(index, new Part(parts.get(index).kind(), bytes));
  }

  void remove(int index) {
    parts.remove(index);
  }

  /** Repeats the parts from {@code from} (inclusive) to {@code to} (exclusive) after them. */
  void repeat(int from, int to) {
    parts.addAll(to, List.copyOf(parts.subList(from, to)));
  }

  /** Index of a random part of a kind; the last part if there is none. */
  int find(Kind kind, Random random) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).kind() == kind) {
        found.add(i);
      }
    }
    return found.isEmpty() ? parts.size() - 1 : found.get(random.nextInt(found.size()));
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    parts.forEach(part -> bytes.writeBytes(part.bytes()));
    return bytes.toByteArray();
  }

  /** A number as Avro writes it. */
  static byte[] variable(long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      encoder.writeLong(value);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
