package io.sluice.quality;

/**
 * What the source looks like, without the model.
 *
 * @param meanPieceScore mean natural-log unigram probability of the source pieces
 * @param charactersPerPiece mean characters of a source piece
 * @param shortPieceShare share of source pieces of at most one character, 0 to 1
 * @param languageFit mean natural-log frequency of the source's character trigrams in its language
 * @param languageMargin how much better the source language fits than the target language
 */
public record SourceSignals(
    double meanPieceScore,
    double charactersPerPiece,
    double shortPieceShare,
    double languageFit,
    double languageMargin) {}
