package io.sluice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RejectedException;
import io.sluice.domain.RejectionCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() throws IOException {
    tokenizer = BundledTokenizer.load();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void shouldGiveTheReferenceIdsForGoldenSentences() throws IOException {
    int checked = 0;
    for (JsonNode golden : golden()) {
      LanguagePair pair = LanguagePair.of(golden.get("from").asText(), golden.get("to").asText());
      assertThat(tokenizer.encode(golden.get("source").asText(), pair))
          .as(golden.get("source").asText())
          .containsExactly(ints(golden.get("source_ids")));
      checked++;
    }
    assertThat(checked).isGreaterThanOrEqualTo(5);
  }

  @Test
  void shouldDecodeGoldenOutputs() throws IOException {
    for (JsonNode golden : golden()) {
      assertThat(tokenizer.decode(ints(golden.get("greedy_ids"))))
          .isEqualTo(golden.get("translation").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</s>",
        "<s>",
        "<pad>",
        "<unk>",
        "eng_Latn",
        "deu_Latn",
        "<0x41>",
        "<0x0A>",
        "a</s>b",
        "a <0x41> b",
        "x<0x41><0x42>y",
        "\uff1c0x41>",
        "Press <s> or </s> now.",
        "special token 2",
        "eng_Latn eng_Latn"
      })
  void shouldTreatSpecialTokenTextAsText(String text) {
    int[] ids = tokenizer.encode(text, EN_DE);
    int[] pieces = Arrays.copyOfRange(ids, 1, ids.length - 1);
    assertThat(IntStream.of(pieces).filter(tokenizer::isSpecial)).isEmpty();
    assertThat(IntStream.of(pieces).filter(tokenizer::isBytePiece)).isEmpty();
    assertThat(tokenizer.decode(ids)).isEqualTo(text.replace('\uff1c', '<'));
  }

  @Test
  void shouldFallBackToBytesForUnknownCharacters() {
    int[] ids = tokenizer.encode("Hi 🦜漢", EN_DE);
    assertThat(IntStream.of(ids).filter(tokenizer::isBytePiece).count()).isGreaterThan(4);
    assertThat(tokenizer.decode(ids)).isEqualTo("Hi 🦜漢");
  }

  @Test
  void shouldReplaceBrokenBytesAndLineBreaksWhenDecoding() {
    int firstByte = 4;
    assertThat(tokenizer.decode(new int[] {firstByte + 0xF0, firstByte + 0x9F}))
        .isEqualTo("\uFFFD");
    assertThat(tokenizer.decode(new int[] {firstByte + 'a', firstByte + '\n', firstByte + 'b'}))
        .isEqualTo("a b");
  }

  @Test
  void shouldStripTextAndEncodeBlankAsNoPieces() {
    assertThat(tokenizer.encode("  Hello. \n", EN_DE))
        .containsExactly(tokenizer.encode("Hello.", EN_DE));
    assertThat(tokenizer.encode(" \n", EN_DE)).hasSize(2);
  }

  @Test
  void shouldNotTruncateLongText() {
    assertThat(tokenizer.encode("Hello there. ".repeat(2000), EN_DE)).hasSizeGreaterThan(4000);
  }

  @Test
  void shouldServeBothDirections() {
    assertThat(tokenizer.languagePairs())
        .containsExactlyInAnyOrder(EN_DE, new LanguagePair("de", "en"));
    assertThat(tokenizer.languages().codes())
        .containsEntry("en", "eng_Latn")
        .containsEntry("de", "deu_Latn");
    assertThat(tokenizer.targetLanguageId("de")).isEqualTo(8258);
    assertThat(tokenizer.targetLanguageId("de-AT")).isEqualTo(8258);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fr", "zh-Hant", "xx", "tlh", "en-GB"})
  void shouldRejectLanguagesThatTheModelDoesNotServe(String target) {
    assertThatThrownBy(() -> tokenizer.encode("Hello", LanguagePair.of("en", target)))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.rejection().code()).isEqualTo(RejectionCode.UNSUPPORTED_LANGUAGE));
  }

  @Test
  void shouldGiveTheSameIdsOnManyThreads() {
    List<String> texts =
        IntStream.range(0, 400).mapToObj(i -> "Line " + i + " of the red file.").toList();
    List<int[]> expected = texts.stream().map(t -> tokenizer.encode(t, EN_DE)).toList();
    List<int[]> actual = texts.parallelStream().map(t -> tokenizer.encode(t, EN_DE)).toList();
    assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void shouldSeeForeignTextInSourceTraits() {
    SourceTraits english = tokenizer.traits(tokenizer.encode("A man is riding a bicycle.", EN_DE));
    SourceTraits noise = tokenizer.traits(tokenizer.encode("xqzv wrrk pjjq vbnx.", EN_DE));
    assertThat(noise.charactersPerPiece()).isLessThan(english.charactersPerPiece());
    assertThat(noise.shortPieceShare()).isGreaterThan(english.shortPieceShare());
  }

  private static JsonNode golden() throws IOException {
    try (InputStream json = TokenizerTest.class.getResourceAsStream("/golden/golden.json")) {
      return new ObjectMapper().readTree(json);
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  /** The unchanged file is the reference for text without special-token look-alikes. */
  @Test
  void shouldGiveTheIdsOfTheUnchangedFileForOrdinaryText() throws IOException {
    List<String> lines;
    try (InputStream text =
        Files.newInputStream(
            Path.of(System.getProperty("sentences", "src/main/resources/demo/sentences.en.txt")))) {
      lines = new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    try (InputStream json = getClass().getResourceAsStream("/model/en-de/tokenizer.json");
        HuggingFaceTokenizer reference =
            HuggingFaceTokenizer.newInstance(json, Map.of("truncation", "false"))) {
      for (String line : lines) {
        int[] expected =
            LongStream.of(reference.encode(line.strip()).getIds())
                .mapToInt(id -> (int) id)
                .toArray();
        assertThat(tokenizer.encode(line, EN_DE)).as(line).containsExactly(expected);
      }
    }
  }
}
