package io.sluice.moe.partition;

/**
 * Refines a cut in two by moving one node at a time, each at most once a pass, the best first, also
 * when the cut grows; then takes back what came after the best cut (Fiduccia and Mattheyses 1982).
 * Not thread-safe.
 */
final class FiducciaMattheyses {
  private static final int MOST_PASSES = 10;
  private static final int SHORTEST_PATIENCE = 60;
  private static final int LARGEST_PATIENCE = 200;

  private final WeightedGraph graph;
  private final boolean[] first; // true: the node is in the first half
  private final long target;
  private final long accepted;
  private final long allowed;
  private final GainHeap firstHeap;
  private final GainHeap secondHeap;
  private final long[] gains;
  private final int[] moves;
  private long surplus; // weight of the first half above its target
  private long cut;
  private boolean balanced; // the weight was right at some time of the pass

  private FiducciaMattheyses(WeightedGraph graph, boolean[] first, long target, boolean exact) {
    this.graph = graph;
    this.first = first;
    this.target = target;
    int heaviest = graph.heaviestNode();
    this.accepted = exact ? 0 : heaviest;
    this.allowed = Math.max(heaviest, graph.nodeWeight() / 200);
    this.firstHeap = new GainHeap(graph.nodes());
    this.secondHeap = new GainHeap(graph.nodes());
    this.gains = new long[graph.nodes()];
    this.moves = new int[graph.nodes()];
  }

  /**
   * Refines in place.
   *
   * @param first which nodes are in the first half
   * @param target wished weight of the first half
   * @param exact whether the weight must be met exactly, which nodes of weight 1 always allow;
   *     otherwise it may be off by the heaviest node
   * @return weight of the edges that are cut
   */
  static long refine(WeightedGraph graph, boolean[] first, long target, boolean exact) {
    return new FiducciaMattheyses(graph, first, target, exact).run();
  }

  private long run() {
    surplus = -target;
    cut = 0;
    for (int node = 0; node < first.length; node++) {
      if (first[node]) {
        surplus += graph.nodeWeights()[node];
      }
      gains[node] = gain(node);
      cut += external(node);
    }
    cut /= 2;
    for (int pass = 0; pass < MOST_PASSES && pass(); pass++) {}
    return cut;
  }

  /** What the cut loses if the node changes sides. */
  private long gain(int node) {
    long gain = 0;
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      boolean apart = first[graph.neighbours()[at]] != first[node];
      gain += apart ? graph.weights()[at] : -graph.weights()[at];
    }
    return gain;
  }

  private long external(int node) {
    long sum = 0;
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      if (first[graph.neighbours()[at]] != first[node]) {
        sum += graph.weights()[at];
      }
    }
    return sum;
  }

  private boolean pass() {
    firstHeap.clear();
    secondHeap.clear();
    for (int node = 0; node < first.length; node++) {
      heap(node).add(node, gains[node]);
    }
    long startViolation = violation();
    long bestViolation = startViolation;
    long startCut = cut;
    long bestCut = cut;
    int best = 0;
    int patience = Math.min(LARGEST_PATIENCE, Math.max(SHORTEST_PATIENCE, first.length / 10));
    int count = 0;
    balanced = startViolation == 0;
    while (count - best <= patience) {
      int node = next();
      if (node < 0) {
        break;
      }
      heap(node).remove(node);
      move(node);
      moves[count++] = node;
      long violation = violation();
      balanced |= violation == 0;
      if (violation < bestViolation || (violation == bestViolation && cut < bestCut)) {
        bestViolation = violation;
        bestCut = cut;
        best = count;
      }
    }
    while (count > best) {
      move(moves[--count]);
    }
    return bestViolation < startViolation || bestCut < startCut;
  }

  private long violation() {
    return Math.max(0, Math.abs(surplus) - accepted);
  }

  private GainHeap heap(int node) {
    return first[node] ? firstHeap : secondHeap;
  }

  /**
   * The best node that may move: of either half, but until the weight is right of the heavy one.
   */
  private int next() {
    boolean fromFirst = !firstHeap.isEmpty() && mayLeave(firstHeap.first());
    boolean fromSecond = !secondHeap.isEmpty() && mayLeave(secondHeap.first());
    if (fromFirst && fromSecond) {
      fromFirst =
          firstHeap.firstGain() == secondHeap.firstGain()
              ? surplus > 0
              : firstHeap.firstGain() > secondHeap.firstGain();
      fromSecond = !fromFirst;
    }
    if (fromFirst) {
      return firstHeap.first();
    }
    return fromSecond ? secondHeap.first() : -1;
  }

  private boolean mayLeave(int node) {
    int weight = graph.nodeWeights()[node];
    long after = first[node] ? surplus - weight : surplus + weight;
    return (balanced && Math.abs(after) <= allowed) || Math.abs(after) < Math.abs(surplus);
  }

  private void move(int node) {
    boolean side = first[node];
    surplus += side ? -graph.nodeWeights()[node] : graph.nodeWeights()[node];
    cut -= gains[node];
    first[node] = !side;
    gains[node] = -gains[node];
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      int other = graph.neighbours()[at];
      long change = 2 * graph.weights()[at];
      gains[other] += first[other] == side ? change : -change;
      GainHeap heap = heap(other);
      if (heap.contains(other)) {
        heap.change(other, gains[other]);
      }
    }
  }
}
