package io.sluice.moe;

import io.sluice.nn.FeedForward;
import io.sluice.nn.Route;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times one decoder layer in every mode, the sides taking turns call by call so that whatever else
 * runs on the machine slows all of them. Before each call 16 MB are read, so that no side finds its
 * weights in the nearest caches: in a decoder the rest of the model passes in between. Prints
 * medians and minima in microseconds.
 *
 * <p>Arguments: rounds, rows (comma-separated), experts k (comma-separated), N, products
 * (comma-separated of openblas, onednn, fused, int8).
 */
public final class InterleavedTimes {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int[] REST_OF_THE_MODEL = new int[4 << 20];

  private InterleavedTimes() {}

  private record Product(String name, FeedForward dense, FeedForward layer) {}

  private record Side(
      String products, String name, FeedForward layer, Route route, double[] micros) {}

  /** See the class. */
  public static void main(String[] arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 600;
    int[] rows = numbers(arguments.length > 1 ? arguments[1] : "1,8,32");
    int[] ks = numbers(arguments.length > 2 ? arguments[2] : "4,8,16,24");
    int experts = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 32;
    String products = arguments.length > 4 ? arguments[4] : "openblas,onednn,fused,int8";
    List<MatrixBackend> backends = new ArrayList<>();
    List<Product> layers = new ArrayList<>();
    for (String name : products.split(",")) {
      MatrixBackend backend = LayerFixture.backend(name);
      backends.add(backend);
      LayerFixture fixture = new LayerFixture(backend);
      layers.add(new Product(name, fixture.dense(), fixture.experts(experts)));
    }
    for (int batch : rows) {
      List<Side> sides = new ArrayList<>();
      layers.forEach(product -> addSides(product, ks, batch, rounds, sides));
      float[] x = new LayerFixture(backends.get(0)).input(batch);
      time(sides, x, new float[batch * LayerFixture.WIDTH], rounds);
      print(sides, batch);
    }
    backends.forEach(MatrixBackend::close);
  }

  private static void addSides(Product product, int[] ks, int rows, int rounds, List<Side> sides) {
    sides.add(new Side(product.name, "dense", product.dense, Route.ALL, new double[rounds]));
    for (int k : ks) {
      for (Mode mode : List.of(Mode.STATIC, Mode.TOKEN)) {
        String name = mode.name().toLowerCase(Locale.ROOT) + " " + k;
        Route route = Route.of(mode, k);
        sides.add(new Side(product.name, name, product.layer, route, new double[rounds]));
      }
      for (int plans : new int[] {1, 3}) {
        Route route = LayerFixture.route(Mode.SENTENCE, k, rows, plans);
        String name = "sentence " + k + ", plans " + plans;
        sides.add(new Side(product.name, name, product.layer, route, new double[rounds]));
      }
    }
  }

  private static void time(List<Side> sides, float[] x, float[] y, int rounds) {
    Workspace workspace = new Workspace();
    int checkSum = 0;
    for (int round = -rounds / 2; round < rounds; round++) {
      for (Side side : sides) {
        checkSum += sum(REST_OF_THE_MODEL);
        long start = THREADS.getCurrentThreadCpuTime();
        LayerFixture.run(side.layer, x, side.route, workspace, y);
        if (round >= 0) {
          side.micros[round] = (THREADS.getCurrentThreadCpuTime() - start) / 1e3;
        }
      }
    }
    if (checkSum != 0) {
      throw new IllegalStateException("zeros add up to " + checkSum);
    }
  }

  private static int sum(int[] values) {
    int sum = 0;
    for (int value : values) {
      sum += value;
    }
    return sum;
  }

  private static void print(List<Side> sides, int rows) {
    double dense = 0;
    for (Side side : sides) {
      double median = median(side.micros);
      dense = side.name.equals("dense") ? median : dense;
      System.out.printf(
          Locale.ROOT,
          "rows %2d  %-9s %-22s median %7.1f us, %4.2f of dense; least %7.1f us%n",
          rows,
          side.products,
          side.name,
          median,
          median / dense,
          Arrays.stream(side.micros).min().orElseThrow());
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static int[] numbers(String list) {
    return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
  }
}
