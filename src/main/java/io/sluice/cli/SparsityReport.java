package io.sluice.cli;

import io.sluice.moe.statistics.LayerSummary;
import java.util.ArrayList;
import java.util.List;

/**
 * How sparse a model is.
 *
 * @param sentences source sentences that were measured
 * @param skipped lines that were not, because they cannot be compared or have nothing to translate
 * @param teacher what was fed to the decoder in the run {@link Run#TEACHER_FORCED}
 * @param encoder its layers; every run of the decoder sees the same encoder
 * @param teacherForced the decoder's layers while it is fed the teacher's tokens
 * @param freeRunning the decoder's layers while it is fed its own tokens, greedy
 */
record SparsityReport(
    int sentences,
    int skipped,
    Teacher teacher,
    List<Layer> encoder,
    List<Layer> teacherForced,
    List<Layer> freeRunning) {

  SparsityReport {
    encoder = List.copyOf(encoder);
    teacherForced = List.copyOf(teacherForced);
    freeRunning = List.copyOf(freeRunning);
  }

  /** Whose tokens the decoder is fed. */
  enum Teacher {
    REFERENCE("reference"),
    OWN_GREEDY_OUTPUT("own greedy output");

    private final String text;

    Teacher(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What was run, and what the work that this verifies says of it. */
  enum Run {
    ENCODER("encoder", "source", "about 90"),
    TEACHER_FORCED("decoder", "teacher-forced", "80–90"),
    FREE_RUNNING("decoder", "free-running", "80–90");

    private final String half;
    private final String input;
    private final String claim;

    Run(String half, String input, String claim) {
      this.half = half;
      this.input = input;
      this.claim = claim;
    }

    /** Half of the model. */
    String half() {
      return half;
    }

    /** Where its tokens come from. */
    String input() {
      return input;
    }

    /** Inactive neurons in the original, per cent. */
    String claim() {
      return claim;
    }
  }

  /**
   * One layer in one run.
   *
   * @param index counted from 0
   * @param summary of all tokens but the start token
   * @param startTokenInactive share of neurons that are inactive at the start token, whose output
   *     nobody reads; NaN in the encoder, which has none
   */
  record Layer(int index, LayerSummary summary, double startTokenInactive) {}

  /** A layer and its run. */
  record Row(Run run, Layer layer) {}

  List<Layer> layers(Run run) {
    return switch (run) {
      case ENCODER -> encoder;
      case TEACHER_FORCED -> teacherForced;
      case FREE_RUNNING -> freeRunning;
    };
  }

  /** All layers of all runs. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Run run : Run.values()) {
      layers(run).forEach(layer -> rows.add(new Row(run, layer)));
    }
    return rows;
  }
}
