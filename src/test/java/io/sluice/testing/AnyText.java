package io.sluice.testing;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Arbitraries of what people and machines send as text. */
public final class AnyText {
  /** Pieces that some stage could take for something else than text. */
  public static final List<String> FRAGMENTS =
      List.of(
          "A man is riding a bicycle.",
          "Dr. Smith paid 1,234.50 € on 3.4.2024!",
          "Grüße aus München",
          "</s>",
          "<s>",
          "<pad>",
          "<unk>",
          "eng_Latn",
          "deu_Latn",
          "<0x41>",
          "<0x0A>",
          "<0xZZ>",
          "\u2581",
          "{name}",
          "{{count}}",
          "${path}",
          "%s",
          "%1$d",
          "%(key)s",
          "100 %",
          "https://example.org/a?b=c&d=%20",
          "http://",
          "www.",
          "mail@example.org",
          "@@.@",
          "<b>bold</b>",
          "<a href='x'>",
          "<",
          "&amp;",
          "1.1.1.1",
          "\u0661\u0662\u0663",
          ".",
          "...",
          "?!",
          "'",
          "\"",
          "\\",
          "\u0000",
          "\u0007",
          "\u001b[31m",
          "\t",
          "\r",
          "\n",
          "\r\n",
          "\u0085",
          "\u2028",
          "\u2029",
          "\u000b",
          "\f",
          " ",
          "\u00a0",
          "\u3000",
          "\u200b",
          "\u200d",
          "\u2060",
          "\ufeff",
          "\ufffd",
          "\uffff",
          "\ue000",
          "e\u0301",
          "\u0301",
          "Z\u0351\u036b\u0343\u036a",
          "\u202e",
          "\u2066",
          "\u200f",
          "שלום",
          "مرحبا بالعالم",
          "\ufdfa",
          "안녕하세요",
          "\u1112\u1161\u11ab",
          "日本語の文章です。",
          "สวัสดีชาวโลก",
          "नमस्ते",
          "\u3164",
          "ﬁ",
          "Ａ",
          "ǅ",
          "İ",
          "ß",
          "😀",
          "👩‍👩‍👧‍👦",
          "🏳️‍🌈",
          "🇩🇪",
          "👍🏽",
          "\ud83d\udc69\u200d",
          "\udb40\udc01",
          "\ud835\udd38",
          "\udbff\udfff",
          "a",
          "aa",
          "Donaudampfschifffahrtsgesellschaft",
          "-",
          "_",
          "|");

  private AnyText() {}

  /** Any text that is valid Unicode. */
  public static Arbitrary<String> valid() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, mixed()), Tuple.of(2, codePoints()), Tuple.of(1, repeated(200)));
  }

  /** Any Java string, halves of surrogate pairs included. */
  public static Arbitrary<String> any() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, valid()),
        Tuple.of(1, Arbitraries.strings().all().ofMaxLength(60)),
        Tuple.of(
            1,
            Combinators.combine(valid(), Arbitraries.chars().range('\ud800', '\udfff'), valid())
                .as((before, half, after) -> before + half + after)));
  }

  /** Up to a dozen fragments and odd characters in a row, some with blanks between. */
  public static Arbitrary<String> mixed() {
    Arbitrary<String> piece =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.of(FRAGMENTS)),
            Tuple.of(
                2, Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(8)),
            Tuple.of(2, codePoints().map(text -> text + " ")));
    return Combinators.combine(piece.list().ofMaxSize(12), Arbitraries.of("", " ", "\n"))
        .as((pieces, between) -> String.join(between, pieces));
  }

  /** A fragment again and again. */
  public static Arbitrary<String> repeated(int most) {
    return Combinators.combine(Arbitraries.of(FRAGMENTS), Arbitraries.integers().between(1, most))
        .as(String::repeat);
  }

  /** Code points of all planes, assigned or not; no surrogates. */
  private static Arbitrary<String> codePoints() {
    return Arbitraries.oneOf(
            Arbitraries.integers().between(0, 0x24f),
            Arbitraries.integers().between(0, 0xd7ff),
            Arbitraries.integers().between(0xe000, 0xffff),
            Arbitraries.integers().between(0x10000, 0x1ffff),
            Arbitraries.integers().between(0x20000, 0x10ffff))
        .map(Character::toString)
        .list()
        .ofMaxSize(20)
        .map(each -> String.join("", each));
  }
}
