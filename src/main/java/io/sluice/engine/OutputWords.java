package io.sluice.engine;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Sha256;
import io.sluice.domain.Segment;
import io.sluice.shortlist.RowWords;
import io.sluice.shortlist.Shortlist;
import io.sluice.shortlist.ShortlistFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Which words the translations of a batch may be written with. Immutable and thread-safe. */
public final class OutputWords {
  /** All of them. */
  static final OutputWords ALL = new OutputWords(null, "", 0);

  private final Shortlist shortlist; // null: all words
  private final String digest;
  private final int least;

  private OutputWords(Shortlist shortlist, String digest, int least) {
    this.shortlist = shortlist;
    this.digest = digest;
    this.least = least;
  }

  /** True if a bundle has a list of likely words. */
  public static boolean available(ModelBundle bundle) {
    return bundle.has(ShortlistFile.NAME);
  }

  /**
   * Reads a bundle's list.
   *
   * @param vocabulary number of words of the model
   * @param least words that a search wants to choose from; a row with fewer gets all
   * @throws CheckpointException if there is none or it is of another vocabulary
   */
  static OutputWords read(ModelBundle bundle, int vocabulary, int least) {
    if (!available(bundle)) {
      throw new CheckpointException(
          "the model "
              + bundle
              + " has no "
              + ShortlistFile.NAME
              + ": make one with 'sluice model shortlist', or use --shortlist off");
    }
    byte[] file = bundle.bytes(ShortlistFile.NAME);
    try {
      Shortlist shortlist = ShortlistFile.read(new ByteArrayInputStream(file));
      if (shortlist.vocabulary() != vocabulary) {
        throw new CheckpointException(
            "%s of the model %s is of a vocabulary of %d words, the model has %d"
                .formatted(ShortlistFile.NAME, bundle, shortlist.vocabulary(), vocabulary));
      }
      String sha256 = HexFormat.of().formatHex(Sha256.start().digest(file));
      return new OutputWords(shortlist, "+" + sha256.substring(0, 32), least);
    } catch (IOException e) {
      throw new CheckpointException(
          "cannot read " + ShortlistFile.NAME + " of the model " + bundle + ": " + e.getMessage(),
          e);
    }
  }

  /**
   * What the digest of a model that uses this list ends with, so that a result names the list too:
   * a plus sign and the first half of the file's SHA-256; empty for all words.
   */
  String digest() {
    return digest;
  }

  /**
   * The words that each row may use.
   *
   * @param languages token id of the target language of each row
   * @return of each row, null for a row that may use every word; null: all rows may
   */
  List<RowWords> of(List<Segment> rows, int[] languages) {
    if (shortlist == null) {
      return null;
    }
    List<RowWords> all = new ArrayList<>(rows.size());
    for (int row = 0; row < languages.length; row++) {
      RowWords words = shortlist.words(rows.get(row).sourceIds(), languages[row]);
      all.add(words == null || words.count() < least ? null : words);
    }
    return all;
  }

  /**
   * How many words a row may use, in the mean.
   *
   * @param vocabulary number of words of the model
   */
  double meanWords(List<Segment> rows, int[] languages, int vocabulary) {
    List<RowWords> all = of(rows, languages);
    return all == null
        ? vocabulary
        : all.stream()
            .mapToInt(words -> words == null ? vocabulary : words.count())
            .average()
            .orElse(vocabulary);
  }
}
