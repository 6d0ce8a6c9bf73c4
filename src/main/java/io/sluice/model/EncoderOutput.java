package io.sluice.model;

/**
 * What the encoder made of a batch.
 *
 * @param states shape (N, D): the rows one after the other, no padding
 * @param offsets shape (B + 1): first token of each row, then N
 * @param droppedMass shape (B): share of the routers' mass that each row left out, 0 to 1; 0: none
 */
@SuppressWarnings("ArrayRecordComponent") // handed from encoder to decoder, never compared
public record EncoderOutput(float[] states, int[] offsets, float[] droppedMass) {

  /** Number of rows B. */
  public int rows() {
    return offsets.length - 1;
  }

  /** Source tokens S of a row. */
  public int length(int row) {
    return offsets[row + 1] - offsets[row];
  }
}
