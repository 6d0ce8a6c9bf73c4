package io.sluice.moefy;

import io.sluice.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sentences of several texts, mixed so that each text gives as many target tokens. Each text is
 * shuffled once and goes round, so that what is drawn later is different from what was drawn before
 * until a text has come to its end. Not thread-safe; the same seed gives the same sentences.
 */
public final class TextMix {
  /** Longer sentences are left out: serving cuts them. */
  private static final int LONGEST = 122;

  private final List<ParallelText> texts;
  private final Tokenizer tokenizer;
  private final int[][] orders; // of each text: its lines, shuffled
  private final int[] next;
  private final long[] drawn; // target tokens of each text

  /**
   * A mix.
   *
   * @param texts at least one; a text and its reverse are two texts
   */
  public TextMix(List<ParallelText> texts, Tokenizer tokenizer, long seed) {
    this.texts = List.copyOf(texts);
    this.tokenizer = tokenizer;
    this.orders = new int[texts.size()][];
    this.next = new int[texts.size()];
    this.drawn = new long[texts.size()];
    for (int text = 0; text < orders.length; text++) {
      orders[text] = shuffled(texts.get(text).size(), new SplittableRandom(seed + 31L * text));
    }
  }

  /** The next sentences, until they have so many target tokens. */
  public List<SentencePair> draw(long targetTokens) {
    List<SentencePair> sentences = new ArrayList<>();
    long tokens = 0;
    while (tokens < targetTokens) {
      int text = poorest();
      ParallelText from = texts.get(text);
      int line = orders[text][next[text]++ % from.size()];
      if (from.sources().get(line).isBlank() || from.targets().get(line).isBlank()) {
        drawn[text]++; // a text of blank lines must not go on for ever
        tokens++;
        continue;
      }
      SentencePair pair = from.encode(line, tokenizer);
      drawn[text] += pair.targetTokens();
      tokens += pair.targetTokens();
      if (pair.source().length <= LONGEST && pair.target().length <= LONGEST) {
        sentences.add(pair);
      }
    }
    return sentences;
  }

  private int poorest() {
    int poorest = 0;
    for (int text = 1; text < drawn.length; text++) {
      if (drawn[text] < drawn[poorest]) {
        poorest = text;
      }
    }
    return poorest;
  }

  private static int[] shuffled(int size, SplittableRandom random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
