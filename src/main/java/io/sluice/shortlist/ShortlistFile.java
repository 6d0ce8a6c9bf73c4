package io.sluice.shortlist;

import io.sluice.shortlist.Shortlist.Direction;
import io.sluice.shortlist.Shortlist.Words;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads and writes {@code shortlist.bin}. All numbers are unsigned LEB128 (seven bits a byte,
 * lowest first, the high bit set on all bytes but the last):
 *
 * <pre>
 * "SLSL", format 1, V, bytes, directions,
 * then for each direction: source language, target language, always,
 *                          and for each id from 0 to V − 1: likely
 * </pre>
 *
 * {@code bytes} and {@code always} are a count and that many ascending ids as differences from the
 * one before (from 0 for the first); {@code likely} is a count and that many ids, best first.
 */
public final class ShortlistFile {
  /** Name of the file in a bundle. */
  public static final String NAME = "shortlist.bin";

  private static final int MAGIC = 0x534c534c;
  private static final int FORMAT = 1;
  private static final int LARGEST_VOCABULARY = 1 << 22;

  private ShortlistFile() {}

  /**
   * Reads a file; the stream stays open.
   *
   * @throws IOException if it is not such a file or cut short
   */
  public static Shortlist read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 16));
    if (in.readInt() != MAGIC || number(in) != FORMAT) {
      throw new IOException("not a shortlist of format " + FORMAT);
    }
    int vocabulary = number(in);
    if (vocabulary > LARGEST_VOCABULARY) {
      throw new IOException("a vocabulary of " + vocabulary + " words");
    }
    int[] bytes = ascending(in, vocabulary);
    int count = number(in);
    Map<Direction, Words> directions = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Direction direction = new Direction(number(in), number(in));
      int[] always = ascending(in, vocabulary);
      int[][] likely = new int[vocabulary][];
      for (int piece = 0; piece < vocabulary; piece++) {
        likely[piece] = ids(in, vocabulary);
      }
      directions.put(direction, new Words(always, likely));
    }
    try {
      return new Shortlist(vocabulary, bytes, directions);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Writes a file; the stream stays open. The same list, the same bytes. */
  public static void write(Shortlist shortlist, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeInt(MAGIC);
    put(out, FORMAT);
    put(out, shortlist.vocabulary());
    putAscending(out, shortlist.bytes());
    put(out, shortlist.directions().size());
    for (Map.Entry<Direction, Words> entry : shortlist.directions().entrySet()) {
      put(out, entry.getKey().source());
      put(out, entry.getKey().target());
      putAscending(out, entry.getValue().always());
      for (int[] likely : entry.getValue().likely()) {
        put(out, likely.length);
        for (int id : likely) {
          put(out, id);
        }
      }
    }
    out.flush();
  }

  private static int[] ids(DataInputStream in, int vocabulary) throws IOException {
    int count = number(in);
    if (count > vocabulary) {
      throw new IOException(count + " words of a vocabulary of " + vocabulary);
    }
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = number(in);
    }
    return ids;
  }

  private static int[] ascending(DataInputStream in, int vocabulary) throws IOException {
    int[] ids = ids(in, vocabulary);
    for (int i = 1; i < ids.length; i++) {
      ids[i] += ids[i - 1];
    }
    return ids;
  }

  private static int number(DataInputStream in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = in.readUnsignedByte();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        if (value > Integer.MAX_VALUE) {
          break;
        }
        return (int) value;
      }
    }
    throw new IOException("a number that is too large");
  }

  private static void putAscending(DataOutputStream out, int[] ids) throws IOException {
    put(out, ids.length);
    int before = 0;
    for (int id : ids) {
      put(out, id - before);
      before = id;
    }
  }

  private static void put(DataOutputStream out, int value) throws IOException {
    int rest = value;
    while (rest >= 0x80) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }
}
