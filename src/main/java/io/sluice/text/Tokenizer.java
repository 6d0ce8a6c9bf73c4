package io.sluice.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;

/**
 * Text to token ids and back. Thread-safe. Text is text: {@code </s>}, {@code eng_Latn} or {@code
 * <0x41>} in a sentence never become special tokens.
 */
public final class Tokenizer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HuggingFaceTokenizer delegate;
  private final Vocabulary vocabulary;
  private final ModelLanguages languages;

  private Tokenizer(
      HuggingFaceTokenizer delegate, Vocabulary vocabulary, ModelLanguages languages) {
    this.delegate = delegate;
    this.vocabulary = vocabulary;
    this.languages = languages;
  }

  /**
   * Reads a {@code tokenizer.json} with a Unigram model.
   *
   * @param json the file; not closed
   * @throws IOException if it cannot be read or is not such a file
   */
  public static Tokenizer read(InputStream json) throws IOException {
    JsonNode original = JSON.readTree(json);
    Vocabulary vocabulary;
    try {
      vocabulary = Vocabulary.read(original);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    byte[] rewritten = JSON.writeValueAsBytes(LiteralTokenizerJson.rewrite(original, vocabulary));
    stayOffline();
    HuggingFaceTokenizer delegate =
        HuggingFaceTokenizer.newInstance(
            new ByteArrayInputStream(rewritten),
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    return new Tokenizer(delegate, vocabulary, ModelLanguages.of(vocabulary.languages()));
  }

  /**
   * The native library comes out of the jar; nothing is ever fetched or reported over a network.
   */
  private static void stayOffline() {
    for (var setting :
        Map.of("ai.djl.offline", "true", "OPT_OUT_TRACKING", "true", "RUST_FLAVOR", "cpu")
            .entrySet()) {
      if (System.getProperty(setting.getKey()) == null && System.getenv(setting.getKey()) == null) {
        System.setProperty(setting.getKey(), setting.getValue());
      }
    }
  }

  /**
   * Source ids of a text.
   *
   * @param text any valid Unicode; white space around it is dropped
   * @return shape (S): source language, pieces, end of sentence
   * @throws RejectedException UNSUPPORTED_LANGUAGE if the model does not serve the direction
   */
  public int[] encode(String text, LanguagePair pair) {
    checkSupported(pair);
    long[] pieces = pieces(text);
    int[] ids = new int[pieces.length + 2];
    ids[0] = languageId(pair.source());
    for (int i = 0; i < pieces.length; i++) {
      ids[i + 1] = (int) pieces[i];
    }
    ids[ids.length - 1] = Vocabulary.END_OF_SENTENCE;
    return ids;
  }

  /** Number of pieces of a text, special tokens not counted. */
  public int count(String text) {
    return pieces(text).length;
  }

  private long[] pieces(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? new long[0] : delegate.encode(stripped, false, false).getIds();
  }

  /**
   * Text of output ids. One line: line breaks in the output become blanks.
   *
   * @param ids shape (T); special ids are skipped
   */
  public String decode(int[] ids) {
    return Lines.toOneLine(vocabulary.decode(ids)).strip();
  }

  /**
   * The id that is forced as first output token.
   *
   * @throws RejectedException UNSUPPORTED_LANGUAGE if the model does not know the language
   */
  public int targetLanguageId(String bcp47) {
    return languageId(bcp47);
  }

  /** True if an id stands for a single byte of UTF-8. */
  public boolean isBytePiece(int id) {
    return vocabulary.isByte(id);
  }

  /** True if an id stands for no text (begin, end, padding, unknown, language codes). */
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  /** True if an id stands for one character at most, or for the start of a word and one. */
  public boolean isCharacter(int id) {
    return !isSpecial(id) && !isBytePiece(id) && vocabulary.characters(id) <= 1;
  }

  /** Number of ids. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** The directions of the vocabulary's language codes. */
  public Set<LanguagePair> languagePairs() {
    return languages.pairs();
  }

  /** The model's languages. */
  public ModelLanguages languages() {
    return languages;
  }

  /** What source ids look like to someone who knows how the vocabulary was learnt. */
  public SourceTraits traits(int[] sourceIds) {
    return SourceTraits.of(sourceIds, vocabulary);
  }

  /**
   * Checks that the model serves a direction.
   *
   * @throws RejectedException UNSUPPORTED_LANGUAGE if it does not
   */
  public void checkSupported(LanguagePair pair) {
    if (languageId(pair.source()) == languageId(pair.target())) {
      throw unsupported("source and target are the same language to the model");
    }
  }

  private int languageId(String bcp47) {
    return languages
        .id(bcp47)
        .orElseThrow(() -> unsupported("the model serves " + languages.codes().keySet() + " only"));
  }

  private static RejectedException unsupported(String message) {
    return new RejectedException(
        new Rejection(RejectionCode.UNSUPPORTED_LANGUAGE, Stage.VALIDATE, message, false));
  }

  /** Frees the native tokenizer. */
  @Override
  public void close() {
    delegate.close();
  }
}
