package io.sluice.text;

import java.io.IOException;
import java.io.InputStream;

/** The tokenizer of the bundled model, for tests. */
final class BundledTokenizer {
  /** Number of ids. */
  static final int SIZE = 8259;

  /** Characters of the longest piece. */
  static final int LONGEST_PIECE = 16;

  private BundledTokenizer() {}

  static Tokenizer load() throws IOException {
    try (InputStream json =
        BundledTokenizer.class.getResourceAsStream("/model/en-de/tokenizer.json")) {
      return Tokenizer.read(json);
    }
  }
}
