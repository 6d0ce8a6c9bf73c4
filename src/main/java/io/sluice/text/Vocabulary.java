package io.sluice.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The pieces of the model by id. Immutable, thread-safe.
 *
 * <p>Ids 0 … 3 are special; byte pieces, ordinary pieces and language codes follow.
 */
final class Vocabulary {
  /** Id of the token that ends a sentence. */
  static final int END_OF_SENTENCE = 2;

  /** Id of the unknown piece. */
  static final int UNKNOWN = 3;

  private static final int FIRST_PIECE = 4;
  private static final char WORD_START = '\u2581';
  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");
  private static final Pattern LANGUAGE = Pattern.compile("[a-z]{3}_[A-Z][a-z]{3}");

  private final String[] pieces;
  private final double[] scores;

  /** Value of a byte piece, −1 of any other. */
  private final int[] bytes;

  private final Map<String, Integer> languages;

  private Vocabulary(
      String[] pieces, double[] scores, int[] bytes, Map<String, Integer> languages) {
    this.pieces = pieces;
    this.scores = scores;
    this.bytes = bytes;
    this.languages = Collections.unmodifiableMap(languages);
  }

  /** Reads the pieces out of a parsed {@code tokenizer.json}. */
  static Vocabulary read(JsonNode tokenizer) {
    JsonNode entries = tokenizer.path("model").path("vocab");
    if (!entries.isArray() || entries.size() <= FIRST_PIECE) {
      throw new IllegalArgumentException("tokenizer.json has no Unigram vocabulary");
    }
    String[] pieces = new String[entries.size()];
    double[] scores = new double[pieces.length];
    int[] bytes = new int[pieces.length];
    Map<String, Integer> languages = new LinkedHashMap<>();
    for (int id = 0; id < pieces.length; id++) {
      pieces[id] = entries.get(id).get(0).asText();
      scores[id] = entries.get(id).get(1).asDouble();
      var matcher = BYTE.matcher(pieces[id]);
      bytes[id] = matcher.matches() ? Integer.parseInt(matcher.group(1), 16) : -1;
      if (LANGUAGE.matcher(pieces[id]).matches()) {
        languages.put(pieces[id], id);
      }
    }
    return new Vocabulary(pieces, scores, bytes, languages);
  }

  int size() {
    return pieces.length;
  }

  /** Ids of language codes ({@code eng_Latn}) in this vocabulary. */
  Map<String, Integer> languages() {
    return languages;
  }

  boolean isByte(int id) {
    return bytes[id] >= 0;
  }

  /** True for ids that stand for no text: begin, end, padding, unknown, languages. */
  boolean isSpecial(int id) {
    return id < FIRST_PIECE || languages.containsKey(pieces[id]);
  }

  /** Natural-log unigram probability of a piece; 0 for special and byte pieces. */
  double score(int id) {
    return scores[id];
  }

  /** Number of characters of a piece, the word-start mark not counted. */
  int characters(int id) {
    String piece = pieces[id];
    int length = piece.codePointCount(0, piece.length());
    return !piece.isEmpty() && piece.charAt(0) == WORD_START ? length - 1 : length;
  }

  /** Text of ids; special ids are skipped, broken UTF-8 becomes U+FFFD. */
  String decode(int[] ids) {
    StringBuilder text = new StringBuilder(ids.length * 4);
    ByteArrayOutputStream pending = new ByteArrayOutputStream();
    for (int id : ids) {
      if (isSpecial(id)) {
        continue;
      }
      if (isByte(id)) {
        pending.write(bytes[id]);
      } else {
        flush(pending, text);
        text.append(pieces[id].replace(WORD_START, ' '));
      }
    }
    flush(pending, text);
    return text.toString();
  }

  private static void flush(ByteArrayOutputStream pending, StringBuilder text) {
    if (pending.size() > 0) {
      text.append(pending.toString(StandardCharsets.UTF_8));
      pending.reset();
    }
  }
}
