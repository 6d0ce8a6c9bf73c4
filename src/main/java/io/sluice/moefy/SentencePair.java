package io.sluice.moefy;

/**
 * A sentence and its translation as token ids.
 *
 * @param source source language, pieces, end of sentence
 * @param target the pieces alone; empty where there is no reference
 * @param targetLanguage token id of the target language
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the model, never compared
public record SentencePair(int[] source, int[] target, int targetLanguage) {

  /** Tokens that the decoder is fed with the reference: start, language and pieces. */
  public int targetTokens() {
    return target.length + 2;
  }
}
