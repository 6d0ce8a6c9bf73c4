package io.sluice.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Changes a {@code tokenizer.json} so that no text can become a special token or a byte piece.
 *
 * <p>Three things would turn the text {@code </s>} or {@code <0x41>} into a token that ends the
 * sentence or stands for another letter: the list of added tokens, the entries of special tokens in
 * the Unigram vocabulary, and those of the byte pieces. The list goes; the special entries get a
 * name with a blank in it, which no text has after the blanks became word-start marks; the byte
 * pieces must keep their names (byte fallback looks them up), so a text that looks like one is cut
 * after its bracket.
 */
final class LiteralTokenizerJson {
  private static final String BYTE_PIECE_BRACKET = "<(?=0x[0-9A-F]{2}>)";

  private LiteralTokenizerJson() {}

  /** Returns a changed copy of a parsed {@code tokenizer.json}; ids stay as they are. */
  static JsonNode rewrite(JsonNode original, Vocabulary vocabulary) {
    ObjectNode tokenizer = original.deepCopy();
    tokenizer.putArray("added_tokens");
    tokenizer.putNull("post_processor");
    tokenizer.putNull("truncation");
    tokenizer.putNull("padding");
    ArrayNode entries = (ArrayNode) tokenizer.path("model").path("vocab");
    for (int id = 0; id < entries.size(); id++) {
      if (vocabulary.isSpecial(id)) {
        ((ArrayNode) entries.get(id)).set(0, "special token " + id);
      }
    }
    JsonNode splitter = tokenizer.get("pre_tokenizer");
    ArrayNode steps =
        tokenizer.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    if (splitter != null && !splitter.isNull()) {
      steps.add(splitter);
    }
    ObjectNode cut = steps.addObject();
    cut.put("type", "Split").put("behavior", "Isolated").put("invert", false);
    cut.putObject("pattern").put("Regex", BYTE_PIECE_BRACKET);
    return tokenizer;
  }
}
