package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.shortlist.Shortlist;
import io.sluice.shortlist.Shortlist.Direction;
import io.sluice.shortlist.Shortlist.Words;
import io.sluice.shortlist.ShortlistFile;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.ExpertBundles;
import io.sluice.testing.ExpertBundles.Cut;
import io.sluice.testing.ExpertBundles.Sizes;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A random model with odd sizes and lists of random words. */
class ShortlistTranslationTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final LanguagePair DE_EN = new LanguagePair("de", "en");
  private static final int VOCABULARY = Sizes.ODD.vocabulary();
  private static final List<String> TEXTS =
      List.of(
          "A dog runs.",
          "Two men are talking to each other in front of a small house.",
          "Open the file “settings” 🙂!",
          "Der Hund schläft.",
          "She sells 12 shells.",
          "Das Fenster ist offen, und die Katze sitzt davor.");

  @TempDir Path folder;
  private Random random;

  @BeforeEach
  void writeModel() throws IOException {
    random = new Random(17);
    ExpertBundles.random(folder, Sizes.ODD, Cut.ODD, 3);
  }

  @Test
  void shouldTranslateAsWithAllWordsWhenTheListHasTheWordsThatWin() throws IOException {
    List<SegmentTranslation> full;
    BitSet winners = new BitSet();
    try (TransformerTranslator all = load(1, false);
        Tokenizer tokenizer = tokenizer()) {
      full = all.translate(batch(all), ExpertBudget.all());
      for (SegmentTranslation each : full) {
        Arrays.stream(tokenizer.encode(each.text(), EN_DE)).forEach(winners::set);
      }
      winners.set(0, 260); // special and byte pieces
    }
    // with every word of the vocabulary but some that never won
    BitSet words = new BitSet();
    words.set(0, VOCABULARY);
    for (int i = 0; i < VOCABULARY / 2; i++) {
      int id = random.nextInt(VOCABULARY);
      if (!winners.get(id)) {
        words.clear(id);
      }
    }
    writeList(words.stream().toArray(), 0);
    try (TransformerTranslator restricted = load(1, true)) {
      List<SegmentTranslation> some = restricted.translate(batch(restricted), ExpertBudget.all());
      assertThat(some)
          .extracting(SegmentTranslation::text)
          .isEqualTo(full.stream().map(SegmentTranslation::text).toList());
      for (int i = 0; i < some.size(); i++) {
        // fewer rivals: each word is at least as probable
        assertThat(some.get(i).statistics().mean())
            .isGreaterThan(full.get(i).statistics().mean() - 1e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "3, 2", "1, 1", "3, 1"})
  void shouldTranslateEachRowTheSameWhateverIsBesideIt(int beam, int lists) throws IOException {
    writeList(random.ints(70, 0, VOCABULARY).distinct().sorted().toArray(), 7, lists);
    try (TransformerTranslator translator = load(beam, true)) {
      List<Segment> batch = batch(translator);
      List<SegmentTranslation> together = translator.translate(batch, ExpertBudget.all());
      for (int row = 0; row < batch.size(); row++) {
        SegmentTranslation alone =
            translator.translate(List.of(batch.get(row)), ExpertBudget.all()).get(0);
        assertThat(together.get(row).text()).isEqualTo(alone.text());
        assertThat(together.get(row).statistics().mean())
            .isCloseTo(alone.statistics().mean(), within(1e-5));
      }
    }
  }

  @Test
  void shouldSayOnResultsThatTheVocabularyWasRestricted() throws IOException {
    writeList(new int[] {2, 300, 301, 302}, 3);
    try (TransformerTranslator restricted = load(1, true);
        TransformerTranslator all = load(1, false)) {
      var prepared = restricted.prepare(TEXTS.get(0), EN_DE);
      var parts = restricted.translate(prepared.segments(), ExpertBudget.all());
      assertThat(restricted.assemble(prepared, parts).decoding().shortlist()).isTrue();
      assertThat(all.assemble(prepared, parts).decoding().shortlist()).isFalse();
      assertThat(restricted.model().digest()).startsWith(all.model().digest() + "+");
      assertThat(restricted.meanWords(prepared.segments())).isBetween(4.0, 100.0);
      assertThat(all.meanWords(prepared.segments())).isEqualTo(VOCABULARY);
    }
  }

  @Test
  void shouldUseEveryWordWhereAListIsTooShortForTheSearch() throws IOException {
    writeList(new int[] {2}, 0);
    try (TransformerTranslator restricted = load(9, true);
        TransformerTranslator all = load(9, false)) {
      Segment row = restricted.prepare("Hm", EN_DE).segments().get(0);
      assertThat(restricted.translate(List.of(row), ExpertBudget.all()).get(0).text())
          .isEqualTo(all.translate(List.of(row), ExpertBudget.all()).get(0).text());
      assertThat(restricted.meanWords(List.of(row))).isEqualTo(VOCABULARY);
    }
  }

  @Test
  void shouldSayWhatToDoWhenThereIsNoListOrOneOfAnotherModel() throws IOException {
    assertThat(OutputWords.available(ModelBundle.of(folder))).isFalse();
    assertThatThrownBy(() -> load(1, true))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model shortlist");
    write(new Shortlist(5, new int[0], Map.of()));
    assertThatThrownBy(() -> load(1, true))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("5 words");
    Files.writeString(folder.resolve(ShortlistFile.NAME), "no list");
    assertThatThrownBy(() -> load(1, true)).isInstanceOf(CheckpointException.class);
  }

  private TransformerTranslator load(int beam, boolean restricted) {
    return TransformerTranslator.load(
        ModelBundle.of(folder),
        new Nd4jBackend(),
        new TranslatorOptions(beam, "cpu/test", restricted));
  }

  /** Both directions mixed. */
  private static List<Segment> batch(TransformerTranslator translator) {
    List<Segment> batch = new ArrayList<>();
    for (int i = 0; i < TEXTS.size(); i++) {
      batch.addAll(translator.prepare(TEXTS.get(i), i % 2 == 0 ? EN_DE : DE_EN).segments());
    }
    return batch;
  }

  private Tokenizer tokenizer() throws IOException {
    try (InputStream json = ModelBundle.of(folder).open("tokenizer.json")) {
      return Tokenizer.read(json);
    }
  }

  /** The same words for both directions, and random ones for each piece. */
  private void writeList(int[] always, int likely) throws IOException {
    writeList(always, likely, 2);
  }

  /** The same for as many directions: German to English may have none. */
  private void writeList(int[] always, int likely, int lists) throws IOException {
    try (Tokenizer tokenizer = tokenizer()) {
      int[][] words = new int[VOCABULARY][];
      for (int piece = 0; piece < VOCABULARY; piece++) {
        words[piece] = random.ints(likely, 0, VOCABULARY).toArray();
      }
      int en = tokenizer.targetLanguageId("en");
      int de = tokenizer.targetLanguageId("de");
      Map<Direction, Words> directions = new LinkedHashMap<>();
      directions.put(new Direction(en, de), new Words(always, words));
      if (lists > 1) {
        directions.put(new Direction(de, en), new Words(always, words));
      }
      write(new Shortlist(VOCABULARY, new int[] {4, 5, 6}, directions));
    }
  }

  private void write(Shortlist list) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(ShortlistFile.NAME))) {
      ShortlistFile.write(list, out);
    }
  }
}
