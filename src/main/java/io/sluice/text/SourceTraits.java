package io.sluice.text;

/**
 * Cheap signs that a source is not in a language the vocabulary was learnt from.
 *
 * @param pieces number of source pieces, special tokens not counted
 * @param meanPieceScore mean natural-log unigram probability of the pieces; bytes count as the
 *     rarest
 * @param charactersPerPiece mean characters of a piece; low for foreign words
 * @param shortPieceShare share of pieces of at most one character, 0 to 1
 */
public record SourceTraits(
    int pieces, double meanPieceScore, double charactersPerPiece, double shortPieceShare) {
  private static final double BYTE_SCORE = -16;

  static SourceTraits of(int[] sourceIds, Vocabulary vocabulary) {
    int pieces = 0;
    double score = 0;
    double characters = 0;
    int shortPieces = 0;
    for (int id : sourceIds) {
      if (vocabulary.isSpecial(id) && id != Vocabulary.UNKNOWN) {
        continue;
      }
      pieces++;
      boolean known = !vocabulary.isByte(id) && id != Vocabulary.UNKNOWN;
      score += known ? vocabulary.score(id) : BYTE_SCORE;
      int length = known ? vocabulary.characters(id) : 0;
      characters += length;
      if (length <= 1) {
        shortPieces++;
      }
    }
    return pieces == 0
        ? new SourceTraits(0, 0, 0, 0)
        : new SourceTraits(
            pieces, score / pieces, characters / pieces, (double) shortPieces / pieces);
  }
}
