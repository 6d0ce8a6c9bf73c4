package io.sluice.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products on ND4J. A row-major matrix of shape (rows, n) is the same memory as a
 * column-major one of shape (n, rows), which BLAS takes without a copy: the product is computed as
 * {@code yᵀ = W xᵀ} on column-major arrays. One row goes through gemv, which is several times
 * faster than gemm for it.
 *
 * <p>Each thread has its own input and output arrays, so any number of threads may multiply at
 * once; give the native library one thread each ({@code OMP_NUM_THREADS=1}).
 */
public final class Nd4jBackend implements MatrixBackend {

  /** Row counts up to this keep their array headers; larger ones make a new header each time. */
  private static final int CACHED_ROWS = 256;

  private final boolean cuda;
  private final ThreadLocal<Map<Integer, Operand>> operands = ThreadLocal.withInitial(HashMap::new);
  private final List<Runnable> releases = new ArrayList<>();

  public Nd4jBackend() {
    cuda = Nd4j.getBackend().getClass().getSimpleName().toLowerCase(Locale.ROOT).contains("cu");
  }

  @Override
  public String name() {
    return cuda ? "nd4j-cuda" : "nd4j-cpu";
  }

  @Override
  public boolean cuda() {
    return cuda;
  }

  @Override
  public synchronized WeightMatrix weight(float[] weight, int out, int in) {
    if (weight.length != out * in) {
      throw new IllegalArgumentException(
          "weight of shape (" + out + ", " + in + ") has " + weight.length + " values");
    }
    INDArray columnMajor = Nd4j.createFromArray(weight).reshape('c', out, in).dup('f');
    releases.add(columnMajor::close);
    return new Nd4jWeight(columnMajor, out, in);
  }

  @Override
  public synchronized NeuronMatrices neurons(float[] reads, float[] bias, float[] writes) {
    if (bias.length == 0 || reads.length % bias.length != 0 || reads.length != writes.length) {
      throw new IllegalArgumentException(
          "%d neurons with %d and %d weights".formatted(bias.length, reads.length, writes.length));
    }
    if (cuda) {
      Nd4jNeuronMatrices matrices = new Nd4jNeuronMatrices(reads, bias, writes);
      releases.add(matrices::close);
      return matrices;
    }
    OpenBlasNeuronMatrices matrices = new OpenBlasNeuronMatrices(reads, bias, writes);
    releases.add(matrices::close);
    return matrices;
  }

  @Override
  public synchronized void close() {
    releases.forEach(Runnable::run);
    releases.clear();
  }

  private final class Nd4jWeight implements WeightMatrix {
    private final INDArray weight; // (out, in), column-major
    private final int out;
    private final int in;

    Nd4jWeight(INDArray weight, int out, int in) {
      this.weight = weight;
      this.out = out;
      this.in = in;
    }

    @Override
    public int out() {
      return out;
    }

    @Override
    public int in() {
      return in;
    }

    @Override
    public void multiply(float[] x, int rows, float[] y) {
      if (x.length < (long) rows * in || y.length < (long) rows * out) {
        throw new IllegalArgumentException(
            "x "
                + x.length
                + " or y "
                + y.length
                + " too short for "
                + rows
                + " rows of ("
                + out
                + ", "
                + in
                + ")");
      }
      Map<Integer, Operand> mine = operands.get();
      Operand input = mine.computeIfAbsent(in, Operand::new);
      // negative key: an output of the same width as an input needs its own memory
      Operand output = mine.computeIfAbsent(-out, width -> new Operand(-width));
      INDArray columns = input.load(x, rows, cuda);
      INDArray product = output.header(rows);
      if (rows == 1 && !cuda) {
        Nd4j.getBlasWrapper().level2().gemv('f', 'n', 1.0, weight, columns, 0.0, product);
      } else {
        Nd4j.gemm(weight, columns, product, false, false, 1.0, 0.0);
      }
      output.store(product, y, rows, cuda);
    }
  }

  /** Memory of one thread for operands of one width, and array headers on it by number of rows. */
  private static final class Operand {
    private final int width;
    private INDArray memory; // (width, capacity), column-major
    private FloatPointer pointer;
    private int capacity;
    private final INDArray[] headers = new INDArray[CACHED_ROWS + 1];

    Operand(int width) {
      this.width = width;
    }

    /** An array of shape (width, rows), column-major, on this memory. */
    INDArray header(int rows) {
      if (rows > capacity) {
        grow(rows);
      }
      if (rows > CACHED_ROWS) {
        return make(rows);
      }
      if (headers[rows] == null) {
        headers[rows] = make(rows);
      }
      return headers[rows];
    }

    private void grow(int rows) {
      if (memory != null) {
        memory.close();
      }
      capacity = Math.max(rows, Math.max(32, capacity + capacity / 2));
      memory = Nd4j.createUninitialized(DataType.FLOAT, new long[] {width, capacity}, 'f');
      pointer = (FloatPointer) memory.data().pointer();
      Arrays.fill(headers, null);
    }

    private INDArray make(int rows) {
      return Nd4j.create(memory.data(), new long[] {width, rows}, new long[] {1, width}, 0, 'f');
    }

    INDArray load(float[] x, int rows, boolean cuda) {
      if (cuda) {
        return Nd4j.createFromArray(Arrays.copyOf(x, rows * width)).reshape('f', width, rows);
      }
      INDArray array = header(rows);
      pointer.position(0).put(x, 0, rows * width);
      return array;
    }

    void store(INDArray product, float[] y, int rows, boolean cuda) {
      if (cuda) {
        // a column-major (width, rows) array read in column order is the row-major (rows, width)
        float[] values = product.dup('f').data().asFloat();
        System.arraycopy(values, 0, y, 0, rows * width);
      } else {
        pointer.position(0).get(y, 0, rows * width);
      }
    }
  }
}
