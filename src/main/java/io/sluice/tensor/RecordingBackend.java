package io.sluice.tensor;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Multiplies as another backend does and keeps a sample of what the named matrices are given, from
 * which it says which range a byte should cover at each place. For one thread.
 */
public final class RecordingBackend implements MatrixBackend {
  private final MatrixBackend inner;
  private final Map<String, RangeSample> samples = new TreeMap<>();

  /**
   * @param inner multiplies; owned by this backend from now on
   */
  public RecordingBackend(MatrixBackend inner) {
    this.inner = inner;
  }

  /** The ranges by name, of places that were given something. */
  public Map<String, ActivationRange> ranges() {
    Map<String, ActivationRange> ranges = new TreeMap<>();
    samples.forEach(
        (name, sample) -> {
          if (!sample.isEmpty()) {
            ranges.put(name, sample.range());
          }
        });
    return ranges;
  }

  private RangeSample sample(String name) {
    return samples.computeIfAbsent(name, key -> new RangeSample());
  }

  @Override
  public WeightMatrix weight(String name, float[] weight, float[] bias, int out, int in) {
    WeightMatrix matrix = inner.weight(name, weight, bias, out, in);
    return name == null ? matrix : new RecordingMatrix(matrix, sample(name));
  }

  @Override
  public NeuronMatrices neurons(String name, float[] reads, float[] bias, float[] writes) {
    NeuronMatrices matrices = inner.neurons(name, reads, bias, writes);
    return name == null
        ? matrices
        : new RecordingNeurons(matrices, sample(name), sample(name + NeuronMatrices.HIDDEN));
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public Kernels kernels() {
    return inner.kernels();
  }

  @Override
  public boolean cuda() {
    return inner.cuda();
  }

  @Override
  public void close() {
    inner.close();
  }

  private record RecordingMatrix(WeightMatrix inner, RangeSample sample) implements WeightMatrix {

    @Override
    public int out() {
      return inner.out();
    }

    @Override
    public int in() {
      return inner.in();
    }

    @Override
    public void multiply(float[] x, int rows, float[] y) {
      sample.add(x, rows * inner.in());
      inner.multiply(x, rows, y);
    }

    /** Not recorded: single words go with a product of the same rows. */
    @Override
    public void multiplySome(float[] x, int row, int[] ids, float[] y, int to) {
      inner.multiplySome(x, row, ids, y, to);
    }

    @Override
    public WeightMatrix rows(int[] ids) {
      return new RecordingMatrix(inner.rows(ids), sample);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private record RecordingNeurons(NeuronMatrices inner, RangeSample inputs, RangeSample hidden)
      implements NeuronMatrices {

    @Override
    public int neurons() {
      return inner.neurons();
    }

    @Override
    public int width() {
      return inner.width();
    }

    @Override
    public void activate(float[] x, int rows, int first, int count, float[] activations) {
      inputs.add(x, rows * inner.width());
      inner.activate(x, rows, first, count, activations);
      hidden.add(activations, rows * count);
    }

    @Override
    public void accumulate(float[] activations, int rows, int first, int count, float[] y) {
      inner.accumulate(activations, rows, first, count, y);
    }

    @Override
    public void addOutputs(float[] x, int[] members, int size, int first, int count, float[] y) {
      int width = inner.width();
      float[] some = new float[size * width];
      float[] added = new float[size * width];
      for (int i = 0; i < size; i++) {
        System.arraycopy(x, members[i] * width, some, i * width, width);
      }
      float[] activations = new float[size * count];
      activate(some, size, first, count, activations);
      accumulate(activations, size, first, count, added);
      for (int i = 0; i < size * width; i++) {
        y[members[i / width] * width + i % width] += added[i];
      }
    }

    @Override
    public Optional<NeuronBlock> pack(int[] blocks, int size, float[] start) {
      return Optional.empty(); // packed layers do not show their activations
    }
  }
}
