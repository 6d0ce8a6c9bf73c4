package io.sluice.shortlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.shortlist.LexicalTable.Pair;
import io.sluice.shortlist.Shortlist.Direction;
import io.sluice.shortlist.Shortlist.Words;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShortlistTest {
  private static final int VOCABULARY = 203;
  private static final int[] BYTES = {4, 5, 6, 130};

  private final Random random = new Random(5);

  @Test
  void shouldAllowFrequentLikelyAndCopiedWords() {
    int[][] likely = nothing(20);
    likely[11] = new int[] {17, 3};
    Shortlist list = list(20, new int[] {4, 5}, new Words(new int[] {2, 9}, likely));
    RowWords words = list.words(new int[] {1, 11, 12, 2}, 0);
    assertThat(words.frequent()).containsExactly(2, 9);
    assertThat(words.own()).containsExactly(1, 3, 11, 12, 17);
  }

  @Test
  void shouldAllowAllBytesWhenTheSourceHasOne() {
    Shortlist list = list(20, new int[] {4, 5, 6}, new Words(new int[] {2}, nothing(20)));
    assertThat(ids(list.words(new int[] {1, 5, 2}, 0))).containsExactly(2, 1, 4, 5, 6);
    assertThat(ids(list.words(new int[] {1, 7, 2}, 0))).containsExactly(2, 1, 7);
  }

  @Test
  void shouldAllowEverythingInADirectionWithoutAList() {
    Shortlist list = list(20, new int[0], new Words(new int[] {2}, nothing(20)));
    assertThat(list.words(new int[] {0, 7, 2}, 1)).isNull();
  }

  @Test
  void shouldGiveAllRowsOfADirectionTheSameFrequentWords() {
    Shortlist list = list(20, new int[0], new Words(new int[] {2, 9}, nothing(20)));
    int[] frequent = list.words(new int[] {1, 7, 2}, 0).frequent();
    assertThat(list.words(new int[] {1, 8, 2}, 0).frequent())
        .as("one array: that is how rows and kept weights are told to share them")
        .isSameAs(frequent);
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    Shortlist written = random();
    Shortlist read = ShortlistFile.read(new ByteArrayInputStream(bytes(written)));
    assertThat(bytes(read)).isEqualTo(bytes(written));
    assertThat(read.vocabulary()).isEqualTo(VOCABULARY);
    for (int i = 0; i < 50; i++) {
      int[] source = random.ints(9, 0, VOCABULARY).toArray();
      source[0] = i % 2;
      assertThat(ids(read.words(source, 1 - i % 2)))
          .isNotEmpty()
          .doesNotHaveDuplicates()
          .isEqualTo(ids(written.words(source, 1 - i % 2)));
    }
  }

  @Test
  void shouldRefuseFilesThatAreCutShortOrNoLists() throws IOException {
    byte[] whole = bytes(random());
    for (int length = 0; length < whole.length; length += 1 + length / 7) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ShortlistFile.read(new ByteArrayInputStream(part)))
          .isInstanceOf(IOException.class);
    }
    whole[0]++;
    assertThatThrownBy(() -> ShortlistFile.read(new ByteArrayInputStream(whole)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void shouldRefuseWordsThatAreNotInTheVocabulary() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> list(20, new int[] {20}, new Words(new int[0], nothing(20))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> list(20, new int[0], new Words(new int[] {-1}, nothing(20))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> list(20, new int[0], new Words(new int[0], nothing(19))));
  }

  private static int[] ids(RowWords words) {
    return IntStream.range(0, words.count()).map(words::id).toArray();
  }

  @Test
  void shouldLearnWhatPiecesBecome() {
    // word i becomes word 100 + i; word 99 is in every sentence and becomes nothing
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int[] words = random.ints(5, 0, 30).toArray();
      pairs.add(
          new Pair(
              IntStream.concat(Arrays.stream(words), IntStream.of(99)).toArray(),
              Arrays.stream(words).map(word -> 100 + word).toArray()));
    }
    LexicalTable table = LexicalTable.learn(pairs, VOCABULARY, 8, unused -> {});
    for (int word = 0; word < 30; word++) {
      assertThat(table.best(word, 1, 0)).containsExactly(100 + word);
      assertThat(table.probability(word, 100 + word)).isGreaterThan(0.8);
    }
    assertThat(table.best(40, 5, 0)).isEmpty();
    assertThat(table.probability(0, 3)).isZero();

    Words words =
        new ShortlistLearner(2, 3, 1e-3, 8).learn(pairs, new int[] {2}, VOCABULARY, s -> {});
    assertThat(words.always()).hasSize(4).contains(2);
    for (int word = 0; word < 30; word++) {
      int target = 100 + word;
      assertThat(
              Arrays.stream(words.always()).anyMatch(id -> id == target)
                  || Arrays.stream(words.likely()[word]).anyMatch(id -> id == target))
          .isTrue();
      assertThat(words.likely()[word].length).isLessThanOrEqualTo(2);
      assertThat(words.likely()[word]).doesNotContain(words.always());
    }
    Words again =
        new ShortlistLearner(2, 3, 1e-3, 8).learn(pairs, new int[] {2}, VOCABULARY, s -> {});
    assertThat(again.likely()).isDeepEqualTo(words.likely());
    assertThat(again.always()).isEqualTo(words.always());
  }

  private Shortlist random() {
    Map<Direction, Words> directions = new LinkedHashMap<>();
    for (int source = 0; source < 2; source++) {
      int[][] likely = nothing(VOCABULARY);
      for (int piece = 0; piece < VOCABULARY; piece += 2) {
        likely[piece] = random.ints(1 + random.nextInt(9), 0, VOCABULARY).distinct().toArray();
      }
      int[] always = random.ints(20, 0, VOCABULARY).distinct().sorted().toArray();
      directions.put(new Direction(source, 1 - source), new Words(always, likely));
    }
    return new Shortlist(VOCABULARY, BYTES, directions);
  }

  private static Shortlist list(int vocabulary, int[] bytes, Words words) {
    return new Shortlist(vocabulary, bytes, Map.of(new Direction(1, 0), words));
  }

  private static int[][] nothing(int vocabulary) {
    int[][] likely = new int[vocabulary][];
    Arrays.fill(likely, new int[0]);
    return likely;
  }

  private static byte[] bytes(Shortlist list) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ShortlistFile.write(list, out);
    return out.toByteArray();
  }
}
