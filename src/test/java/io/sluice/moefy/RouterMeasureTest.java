package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Three experts of an output of width two, numbers that can be followed by hand. */
class RouterMeasureTest {
  private static final float[] OUTPUTS = {3, 0, 0, 2, 0, 2};
  private static final byte[] FIRST = {1, 0, 0};
  private static final byte[] LAST = {0, 0, 1};

  @Test
  void shouldAverageSharesAndErrorsOverTokens() {
    float[] standIns = {0, 0, 0, 1, 0, 2};
    RouterMeasure measure = new RouterMeasure(1, standIns, 2);
    RouterMeasure.Token token =
        new RouterMeasure.Token(OUTPUTS, new float[] {6, 3, 1}, new float[] {2, 1, 1}, 5);

    measure.add(token, FIRST, 0, FIRST, LAST);
    measure.add(token, new byte[] {0, 0, 0, 0, 0, 1}, 3, FIRST, LAST);

    RouterReport.Point point = measure.result();
    assertThat(point.k()).isEqualTo(1);
    assertThat(point.capturedMass()).isCloseTo((0.6 + 0.1) / 2, within(1e-6));
    assertThat(point.capturedContribution()).isCloseTo((0.5 + 0.25) / 2, within(1e-6));
    assertThat(point.recallOfMass()).isEqualTo(0.5);
    assertThat(point.recallOfContribution()).isEqualTo(0.5);
    // skipped (0, 2) + (0, 2), then (3, 0) + (0, 2); stand-ins (0, 1) + (0, 2), then (0, 1)
    assertThat(point.errorWithoutMeans()).isCloseTo((4 + Math.sqrt(13)) / 5 / 2, within(1e-6));
    assertThat(point.errorWithMeans()).isCloseTo((1 + Math.sqrt(10)) / 5 / 2, within(1e-6));
  }

  @Test
  void shouldLeaveTokensWithoutOutputOutOfErrors() {
    RouterMeasure measure = new RouterMeasure(1, new float[6], 2);
    measure.add(
        new RouterMeasure.Token(new float[6], new float[3], new float[3], 0),
        FIRST,
        0,
        FIRST,
        FIRST);
    measure.add(
        new RouterMeasure.Token(OUTPUTS, new float[] {6, 3, 1}, new float[] {2, 1, 1}, 5),
        FIRST,
        0,
        FIRST,
        FIRST);

    assertThat(measure.result().errorWithoutMeans()).isCloseTo(0.8, within(1e-6));
    assertThat(measure.result().capturedMass()).isCloseTo(0.8, within(1e-6));
  }

  @Test
  void shouldTakeTheMeanOfWhatIsSkippedAndTheOverallMeanOfWhatNeverIs() {
    StandIns standIns = new StandIns(new float[] {9, 8, 7, 6, 5, 4}, 3);
    standIns.add(OUTPUTS, new byte[] {0, 1, 0, 0}, 1); // skips the last two
    standIns.add(new float[] {1, 1, 2, 4, 0, 4}, new byte[] {1, 0, 1}, 0);

    assertThat(standIns.means()).containsExactly(9, 8, 1, 3, 0, 2);
  }

  @Test
  void shouldMeasureMeansAndVariancesOfNeurons() {
    NeuronMoments moments = new NeuronMoments(2);
    float[] activations = {1, 0, 3, 2};
    moments.add(
        new ActivationRun.Tokens(
            ActivationRun.Half.ENCODER, 0, 2, new float[2], 1, activations, 2, null, null));

    assertThat(moments.means()).containsExactly(2, 1);
    assertThat(moments.variances(new float[] {1, 3})).containsExactly(1, 9);
  }
}
