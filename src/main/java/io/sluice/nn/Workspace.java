package io.sluice.nn;

/**
 * Scratch memory of one worker, grown as needed and used again for the next batch: named arrays
 * whose content is undefined between calls. Not thread-safe: one thread at a time.
 */
public final class Workspace {

  /** What an array is used for; two that are alive at once have different names. */
  public enum Use {
    STREAM,
    NORMED,
    PROJECTED,
    ATTENDED,
    BRANCH,
    HIDDEN,
    ROUTER_HIDDEN,
    ROUTER_SCORES,
    ROUTER_SUMS,
    FEATURES,
    /** Sum over the layers of a pass of the share that each row left out of them. */
    DROPPED_MASS,
    KEYS,
    /** Keys in pairs, before they are stored in blocks. */
    PACKED,
    WEIGHTS,
    WEIGHT_SUMS,
    /** Of a step, of all words or of frequent ones: shape (rows, words). */
    LOGITS,
    /** Of a step, of each row's own words beside the frequent ones: shape (rows, most of a row). */
    OWN_LOGITS,
    /** Outputs of a step's rows that share their frequent words: shape (rows, D). */
    GATHERED,
    /** Of one row's words, in its order: shape (words). */
    ROW_LOGITS
  }

  private final float[][] arrays = new float[Use.values().length][0];
  private byte[] marks = new byte[0];
  private int[] members = new int[0];
  private boolean keepsHidden;
  private StageClock clock = StageClock.OFF;

  /**
   * Whether feed-forward layers must leave their activations in {@code Use.HIDDEN}; otherwise they
   * may keep them in native memory.
   */
  public boolean keepsHidden() {
    return keepsHidden;
  }

  /** Sets {@link #keepsHidden}, for the passes that follow. */
  public void keepHidden(boolean keep) {
    this.keepsHidden = keep;
  }

  /** Told what the worker does; off unless someone asks. */
  public StageClock clock() {
    return clock;
  }

  /** Splits the worker's time from now on. */
  public void clock(StageClock listener) {
    clock = listener;
  }

  /** An array of at least {@code length} values; invalidates an earlier one of the same use. */
  public float[] array(Use use, int length) {
    int index = use.ordinal();
    if (arrays[index].length < length) {
      arrays[index] = new float[Math.max(length, arrays[index].length * 3 / 2)];
    }
    return arrays[index];
  }

  /** Marks of chosen experts: at least {@code length}; invalidates earlier ones. */
  public byte[] marks(int length) {
    if (marks.length < length) {
      marks = new byte[Math.max(length, marks.length * 3 / 2)];
    }
    return marks;
  }

  /** Numbers of rows: at least {@code length}; invalidates earlier ones. */
  public int[] members(int length) {
    if (members.length < length) {
      members = new int[Math.max(length, members.length * 3 / 2)];
    }
    return members;
  }
}
