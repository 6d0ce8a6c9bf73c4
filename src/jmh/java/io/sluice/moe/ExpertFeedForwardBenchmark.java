package io.sluice.moe;

import io.sluice.nn.FeedForward;
import io.sluice.nn.Route;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.Nd4jBackend;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One pass of a decoder layer cut into 32 experts. With {@code -prof gc}: bytes a pass leaves. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ExpertFeedForwardBenchmark {
  private static final int EXPERTS = 32;

  /** How experts are chosen. */
  @Param({"ALL", "TOKEN", "SENTENCE", "STATIC", "BATCH"})
  public Route.Mode mode;

  /** Experts k. */
  @Param({"4", "8", "16", "24"})
  public int k;

  /** Rows of the batch. */
  @Param({"1", "8", "32"})
  public int rows;

  private final Workspace workspace = new Workspace();
  private MatrixBackend backend;
  private FeedForward layer;
  private Route route;
  private float[] x;
  private float[] y;

  /** Makes the layer. */
  @Setup(Level.Trial)
  public void open() {
    backend = new Nd4jBackend();
    LayerFixture fixture = new LayerFixture(backend);
    layer = fixture.experts(EXPERTS);
    route = LayerFixture.route(mode, k, rows, LayerFixture.PLANS);
    x = fixture.input(rows);
    y = new float[rows * LayerFixture.WIDTH];
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void close() {
    backend.close();
  }

  /** One pass. */
  @Benchmark
  public float[] pass() {
    return LayerFixture.run(layer, x, route, workspace, y);
  }
}
