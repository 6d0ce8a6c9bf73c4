package io.sluice.testing;

import io.sluice.testing.RequestParts.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Endless framed requests with one to three mutations each, the same for the same seed: bits,
 * bytes, lengths, counts, branches, blocks, framing. Every {@value #VALID_EVERY}th is left as it
 * was, and now and then there is no value at all. Not thread-safe.
 */
public final class MutatedRequests {
  private static final int VALID_EVERY = 16;
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    5,
    63,
    64,
    1000,
    1L << 20,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    Long.MAX_VALUE,
    -1,
    -2,
    -64,
    -1000,
    Integer.MIN_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1
  };
  private static final byte[] NO_END = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

  private final Random random;
  private final List<Integer> schemaIds;
  private long count;

  /**
   * A stream of records.
   *
   * @param schemaIds ids to write; the first is that of requests, the others are used at times
   */
  public MutatedRequests(long seed, List<Integer> schemaIds) {
    this.random = new Random(seed);
    this.schemaIds = List.copyOf(schemaIds);
  }

  /** The next record's value; null now and then. */
  public byte[] next() {
    RequestParts request = RequestParts.random(random, schemaIds.get(0));
    if (isValid(count++)) {
      return request.bytes();
    }
    if (random.nextInt(200) == 0) {
      return null;
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      mutate(request);
    }
    return random.nextBoolean() ? mutated(request.bytes()) : mutate(request).bytes();
  }

  /** True if the record of this number, 0 and up, is not mutated. */
  public static boolean isValid(long number) {
    return number % VALID_EVERY == 0;
  }

  private RequestParts mutate(RequestParts request) {
    int any = random.nextInt(request.size());
    switch (random.nextInt(9)) {
      case 0 -> request.set(request.find(Kind.LENGTH, random), number());
      case 1 -> request.set(request.find(Kind.COUNT, random), number());
      case 2 -> request.set(request.find(Kind.BLOCK_SIZE, random), number());
      case 3 -> request.set(request.find(Kind.BRANCH, random), number());
      case 4 -> request.set(request.find(Kind.SYMBOL, random), number());
      case 5 -> request.set(request.find(Kind.SCHEMA, random), schemaId());
      case 6 -> request.remove(request.size() > 1 ? any : 0);
      case 7 -> request.repeat(any, any + 1 + random.nextInt(request.size() - any));
      default -> request.set(any, mutated(request.get(any).bytes()));
    }
    return request.size() == 0 ? RequestParts.random(random, schemaIds.get(0)) : request;
  }

  private byte[] number() {
    return random.nextInt(20) == 0
        ? NO_END
        : RequestParts.variable(
            random.nextInt(4) == 0 ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)]);
  }

  private byte[] schemaId() {
    int id =
        random.nextInt(4) == 0
            ? random.nextInt(50) - 25
            : schemaIds.get(random.nextInt(schemaIds.size()));
    return ByteBuffer.allocate(Integer.BYTES).putInt(id).array();
  }

  private byte[] mutated(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(bytes.length);
    byte[] changed = bytes.clone();
    switch (random.nextInt(5)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 1 -> changed[at] = (byte) random.nextInt();
      case 2 -> changed = Arrays.copyOf(bytes, at);
      case 3 -> changed = spliced(bytes, at, at, noise());
      default -> changed = spliced(bytes, at, at + random.nextInt(bytes.length - at), new byte[0]);
    }
    return changed;
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(16)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] inserted) {
    return ByteBuffer.allocate(bytes.length - (to - from) + inserted.length)
        .put(bytes, 0, from)
        .put(inserted)
        .put(bytes, to, bytes.length - to)
        .array();
  }
}
