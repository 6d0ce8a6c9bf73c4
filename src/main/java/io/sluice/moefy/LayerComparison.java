package io.sluice.moefy;

import io.sluice.moe.ExpertLayer;
import io.sluice.moe.Router;
import io.sluice.moe.TopExperts;
import io.sluice.moe.router.CentroidSimilarity;
import io.sluice.moe.router.ContributionOracle;
import io.sluice.moe.router.ErrorOracle;
import io.sluice.moe.router.ExpertOutputs;
import io.sluice.moe.router.ExpertSelector;
import io.sluice.moe.router.HotFirst;
import io.sluice.moe.router.MassOracle;
import io.sluice.moe.router.RepresentativeFit;
import io.sluice.moefy.ActivationRun.Tokens;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares the routers of one layer in four passes over text: moments of the neurons, the routers
 * that are fitted, what stands in for skipped experts, and the measurement. Not thread-safe.
 */
final class LayerComparison {
  private static final String ERROR_ORACLE = "oracle by error";
  private static final int REPRESENTATIVES = 4;

  private final ExpertLayer layer;
  private final float[] writeLengths;
  private final Map<String, Router> trained;
  private final MatrixBackend backend;
  private final ExpertOutputs outputs;
  private final int[] ks;
  private final Workspace workspace = new Workspace();
  private final NeuronMoments moments;
  private final Map<String, RepresentativeFit> fits = new LinkedHashMap<>();
  private final Map<String, ExpertSelector> selectors = new LinkedHashMap<>();
  private final Map<String, Map<Integer, StandIns>> standIns = new LinkedHashMap<>();
  private final Map<String, Map<Integer, RouterMeasure>> measures = new LinkedHashMap<>();
  private final float[] nothing; // (N, D)
  private float[] means; // (N, D), of all tokens
  private long tokens;

  /**
   * @param writeLengths shape (F): length of each row of W2
   * @param trained routers that exist, by name
   * @param ks numbers of experts, ascending
   */
  LayerComparison(
      ExpertLayer layer,
      float[] writeLengths,
      Map<String, Router> trained,
      MatrixBackend backend,
      int[] ks) {
    this.layer = layer;
    this.writeLengths = writeLengths;
    this.trained = trained;
    this.backend = backend;
    this.outputs = new ExpertOutputs(layer);
    this.ks = ks;
    this.nothing = new float[outputs.length()];
    this.moments = new NeuronMoments(layer.neurons());
  }

  /** First pass. */
  void addMoments(Tokens seen) {
    moments.add(seen);
  }

  /** Between the first pass and the second. */
  void beginFits() {
    means = outputs.of(moments.means(), 0);
    double[] variances = moments.variances(writeLengths);
    // less their mean over all tokens contributions are a worse target: skipped experts are quiet
    fits.put("linear, least squares", new RepresentativeFit(layer, nothing, variances, 0));
    fits.put(
        "representative neurons",
        new RepresentativeFit(layer, nothing, variances, REPRESENTATIVES));
  }

  /** Second pass. */
  void addToFits(Tokens seen) {
    for (RepresentativeFit fit : fits.values()) {
      for (int row = 0; row < seen.rows(); row++) {
        fit.add(seen.inputs(), seen.activations(), row);
      }
    }
  }

  /** Between the second pass and the third. */
  void beginStandIns() {
    Map<String, Router> routers = new LinkedHashMap<>();
    routers.put("oracle by mass", new MassOracle(backend, layer));
    routers.put("oracle by contribution", new ContributionOracle(backend, layer, means));
    routers.put("oracle by length", new ContributionOracle(backend, layer, nothing));
    Map<String, Router> cheap = new LinkedHashMap<>(trained);
    fits.forEach((name, fit) -> cheap.put(name, fit.router(backend)));
    cheap.put("similarity to centroid", new CentroidSimilarity(layer));
    cheap.put("static hot-first", new HotFirst(layer.experts()));
    fits.clear();
    routers.forEach((name, router) -> selectors.put(name, ExpertSelector.of(router)));
    // means are not known yet; from means over all tokens the next pass would end in worse ones
    selectors.put(ERROR_ORACLE, new ErrorOracle(backend, layer, k -> nothing));
    cheap.forEach((name, router) -> selectors.put(name, ExpertSelector.of(router)));
    for (String name : selectors.keySet()) {
      Map<Integer, StandIns> byNumber = new TreeMap<>();
      for (int k : ks) {
        byNumber.put(k, new StandIns(means, layer.experts()));
      }
      standIns.put(name, byNumber);
    }
  }

  /** Third pass. */
  void addToStandIns(Tokens seen) {
    List<float[]> added = added(seen);
    choose(
        seen,
        (name, k, chosen) -> {
          StandIns to = standIns.get(name).get(k);
          for (int row = 0; row < seen.rows(); row++) {
            to.add(added.get(row), chosen, row * layer.experts());
          }
        });
  }

  /** Between the third pass and the fourth. */
  void beginMeasures() {
    standIns.forEach(
        (name, byNumber) -> {
          Map<Integer, RouterMeasure> made = new TreeMap<>();
          byNumber.forEach(
              (k, each) -> made.put(k, new RouterMeasure(k, each.means(), layer.width())));
          measures.put(name, made);
        });
    Map<Integer, float[]> ofErrorOracle = new TreeMap<>();
    standIns.get(ERROR_ORACLE).forEach((k, each) -> ofErrorOracle.put(k, each.means()));
    selectors.put(ERROR_ORACLE, new ErrorOracle(backend, layer, ofErrorOracle::get));
    standIns.clear();
  }

  /** Fourth pass, over other text. */
  void measure(Tokens seen) {
    tokens += seen.rows();
    int experts = layer.experts();
    float[] masses = new float[seen.rows() * experts];
    MassOracle.masses(seen.activations(), seen.rows() * seen.neurons(), layer.size(), masses);
    List<RouterMeasure.Token> described = new ArrayList<>();
    List<float[]> added = added(seen);
    for (int row = 0; row < seen.rows(); row++) {
      float[] output = added.get(row);
      described.add(
          new RouterMeasure.Token(
              output,
              java.util.Arrays.copyOfRange(masses, row * experts, (row + 1) * experts),
              outputs.contributions(output, means),
              length(output)));
    }
    Map<Integer, byte[][]> best = new TreeMap<>(); // of each token: by mass, by contribution
    for (int k : ks) {
      byte[][] marks = new byte[2 * seen.rows()][experts];
      for (int row = 0; row < seen.rows(); row++) {
        RouterMeasure.Token token = described.get(row);
        TopExperts.mark(token.masses(), 0, experts, k, 0, marks[2 * row], 0);
        TopExperts.mark(token.contributions(), 0, experts, k, 0, marks[2 * row + 1], 0);
      }
      best.put(k, marks);
    }
    choose(
        seen,
        (name, k, chosen) -> {
          RouterMeasure to = measures.get(name).get(k);
          byte[][] marks = best.get(k);
          for (int row = 0; row < seen.rows(); row++) {
            to.add(described.get(row), chosen, row * experts, marks[2 * row], marks[2 * row + 1]);
          }
        });
  }

  /** After the fourth pass. */
  List<RouterReport.Row> rows() {
    List<RouterReport.Row> rows = new ArrayList<>();
    measures.forEach(
        (name, byNumber) ->
            rows.add(
                new RouterReport.Row(
                    name, byNumber.values().stream().map(RouterMeasure::result).toList())));
    return rows;
  }

  /** Tokens measured. */
  long tokens() {
    return tokens;
  }

  ExpertLayer layer() {
    return layer;
  }

  private interface Choice {
    void made(String router, int k, byte[] chosen);
  }

  private void choose(Tokens seen, Choice choice) {
    byte[] chosen = new byte[seen.rows() * layer.experts()];
    selectors.forEach(
        (name, selector) -> {
          for (int k : ks) {
            selector.choose(seen.inputs(), seen.rows(), k, workspace, chosen);
            choice.made(name, k, chosen);
          }
        });
  }

  private List<float[]> added(Tokens seen) {
    List<float[]> added = new ArrayList<>();
    for (int row = 0; row < seen.rows(); row++) {
      added.add(outputs.of(seen.activations(), row * seen.neurons()));
    }
    return added;
  }

  /** Of the sum of all experts. */
  private double length(float[] added) {
    double[] sum = new double[layer.width()];
    for (int i = 0; i < added.length; i++) {
      sum[i % sum.length] += added[i];
    }
    return RouterMeasure.length(sum);
  }
}
