package io.sluice.tensor;

/**
 * One thread's pass of a few rows over neurons of a feed-forward layer. Neurons that fired are
 * noted row by row; what they write is added when enough were looked at. Not thread-safe.
 */
final class FusedPass {
  /** Rows of one pass: what they read, fire and write stays in the second-level cache. */
  static final int MOST_ROWS = 48;

  /** Neurons that are looked at before what they write is added. */
  private static final int LOOK = 128;

  private static final int SPARE = 5; // rows that a product of six may have too many

  private final Kernels kernels;
  private final int[] at = new int[MOST_ROWS]; // where each row begins in x and y
  private final int[] slots = new int[MOST_ROWS + SPARE]; // rows of one panel
  private final int[] inputs = new int[MOST_ROWS + SPARE]; // where those begin
  private final float[] hidden = new float[(MOST_ROWS + SPARE) * NeuronPanels.WIDTH];
  private final float[][] fired = new float[MOST_ROWS][LOOK + NeuronPanels.WIDTH];
  private final int[][] numbers = new int[MOST_ROWS][LOOK + NeuronPanels.WIDTH];
  private final int[] counts = new int[MOST_ROWS];
  private int looked;
  private NeuronPanels panels; // W1
  private float[] writes; // W2: (F, D)
  private int width; // D
  private int rows;
  private float[] x;
  private float[] y;

  FusedPass(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Takes the weights of the rows that come next. */
  FusedPass with(NeuronPanels panels, float[] writes) {
    this.panels = panels;
    this.writes = writes;
    this.width = panels.depth();
    return this;
  }

  /** Takes neighbouring rows. */
  void begin(float[] x, int first, int rows, float[] y) {
    for (int row = 0; row < rows; row++) {
      at[row] = (first + row) * width;
    }
    begin(x, rows, y);
  }

  /** Takes the rows {@code members[from]} and those after it. */
  void begin(float[] x, int[] members, int from, int rows, float[] y) {
    for (int row = 0; row < rows; row++) {
      at[row] = members[from + row] * width;
    }
    begin(x, rows, y);
  }

  private void begin(float[] x, int rows, float[] y) {
    this.x = x;
    this.y = y;
    this.rows = rows;
    this.looked = 0;
  }

  /** Runs neurons on all rows. */
  void add(int first, int count) {
    for (int row = 0; row < rows; row++) {
      slots[row] = row;
    }
    run(rows, first, count);
  }

  /** Runs neurons on the rows that are marked 1, from {@code mark} in steps of {@code stride}. */
  void add(int first, int count, byte[] marks, int mark, int stride) {
    int size = 0;
    for (int row = 0; row < rows; row++) {
      slots[size] = row;
      size += marks[mark + row * stride];
    }
    if (size > 0) {
      run(size, first, count);
    }
  }

  private void run(int size, int first, int count) {
    for (int i = 0; i < size; i++) {
      inputs[i] = at[slots[i]];
    }
    int step = NeuronPanels.step(first, count);
    int end = first + count;
    for (int from = first / step * step; from < end; from += step) {
      panels.activate(x, inputs, size, from, step, hidden);
      long mine = within(first - from, end - from, step);
      for (int i = 0; i < size; i++) {
        note(slots[i], VectorRows.nonZeros(hidden, i * step, step) & mine, from, i * step);
      }
      looked += step;
      if (looked >= LOOK) {
        write();
      }
    }
  }

  /** Bits of the neurons of a panel from {@code first}, before {@code end}. */
  private static long within(int first, int end, int step) {
    long bits = first > 0 ? -1L << first : -1L;
    return end < step ? bits & ~(-1L << end) : bits;
  }

  private void note(int row, long bits, int first, int from) {
    float[] values = fired[row];
    int[] ids = numbers[row];
    int count = counts[row];
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      int i = Long.numberOfTrailingZeros(rest);
      values[count] = hidden[from + i];
      ids[count] = first + i;
      count++;
    }
    counts[row] = count;
  }

  /** Some columns after the others: what the rows share of W2 then stays in the nearest cache. */
  private void write() {
    int d = 0;
    for (; d + VectorRows.EIGHT <= width; d += VectorRows.EIGHT) {
      for (int row = 0; row < rows; row++) {
        if (counts[row] > 0) {
          VectorRows.addEight(fired[row], numbers[row], counts[row], writes, width, d, y, at[row]);
        }
      }
    }
    for (int row = 0; row < rows; row++) {
      if (counts[row] > 0 && d < width) {
        VectorRows.addRest(fired[row], numbers[row], counts[row], writes, width, d, y, at[row]);
      }
      counts[row] = 0;
    }
    looked = 0;
  }

  /** Adds what is left and lets go of the rows. */
  void end() {
    write();
    x = null;
    y = null;
  }

  /** Activations of all rows, shape (rows, count) from {@code to}. */
  void activate(int first, int count, float[] activations, int to) {
    System.arraycopy(at, 0, inputs, 0, rows);
    int step = NeuronPanels.step(first, count);
    int end = first + count;
    for (int from = first / step * step; from < end; from += step) {
      panels.activate(x, inputs, rows, from, step, hidden);
      int begin = Math.max(first, from);
      int some = Math.min(end, from + step) - begin;
      for (int row = 0; row < rows; row++) {
        System.arraycopy(
            hidden, row * step + begin - from, activations, to + row * count + begin - first, some);
      }
    }
    x = null;
  }
}
