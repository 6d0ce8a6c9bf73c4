package io.sluice.engine;

import io.sluice.domain.Segment;
import io.sluice.model.ActivationListener;
import io.sluice.model.EncoderOutput;
import io.sluice.model.LayerBudgets;
import io.sluice.model.Transformer;
import io.sluice.nn.Route;
import io.sluice.nn.Workspace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Encoded segments in the order in which they should be decoded: sentences of the same plan next to
 * each other, so that rows decoded side by side share their products, and of these the longest
 * first, so that no long one is left alone at the end.
 *
 * @param order place in the input of each source row, shape (S)
 * @param encoded of the source rows, in this order
 * @param plans the plan of each source row; null: none
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one call, never compared
record DecodeQueue(int[] order, EncoderOutput encoded, int[] plans) {
  /** Tokens of a chunk that is encoded at once: its activations stay in the caches. */
  private static final int CHUNK_TOKENS = 512;

  /**
   * Encodes.
   *
   * @param segments at least 1, of any lengths
   * @param languages token id of the target language of each
   * @param encoder experts of the encoder's layers
   * @param decoder experts of the decoder's layers
   */
  static DecodeQueue of(
      Transformer model,
      List<Segment> segments,
      int[] languages,
      LayerBudgets encoder,
      LayerBudgets decoder,
      Workspace workspace) {
    boolean together = encoder.mode() == Route.Mode.BATCH || decoder.mode() == Route.Mode.BATCH;
    List<Integer> all = new ArrayList<>(IntStream.range(0, segments.size()).boxed().toList());
    if (!together) {
      all.sort(Comparator.comparingInt(i -> -segments.get(i).length()));
    }
    List<Source> sources = new ArrayList<>(segments.size());
    for (int from = 0, to; from < all.size(); from = to) {
      to = together ? all.size() : chunkEnd(all, from, segments);
      List<Integer> chunk = all.subList(from, to);
      EncoderOutput encoded =
          model
              .encoder()
              .encode(
                  chunk.stream().map(i -> segments.get(i).sourceIds()).toList(),
                  encoder,
                  workspace,
                  ActivationListener.NONE);
      int[] targets = chunk.stream().mapToInt(i -> languages[i]).toArray();
      int[] plans = model.decoder().plans(encoded, decoder, targets, workspace);
      for (int row = 0; row < chunk.size(); row++) {
        int plan = plans == null ? Source.NO_PLAN : plans[row];
        sources.add(new Source(chunk.get(row), encoded, row, plan));
      }
    }
    sources.sort(Comparator.comparingInt(Source::plan)); // within a plan the order stays
    return of(sources);
  }

  private static int chunkEnd(List<Integer> all, int from, List<Segment> segments) {
    int tokens = 0;
    int to = from;
    while (to < all.size() && (to == from || tokens < CHUNK_TOKENS)) {
      tokens += segments.get(all.get(to)).length();
      to++;
    }
    return to;
  }

  /** A segment in its chunk. */
  private record Source(int place, EncoderOutput chunk, int row, int plan) {
    private static final int NO_PLAN = -1;

    int tokens() {
      return chunk.length(row);
    }
  }

  private static DecodeQueue of(List<Source> sources) {
    int[] offsets = new int[sources.size() + 1];
    for (int i = 0; i < sources.size(); i++) {
      offsets[i + 1] = offsets[i] + sources.get(i).tokens();
    }
    EncoderOutput first = sources.get(0).chunk;
    int width = first.states().length / first.offsets()[first.rows()];
    float[] states = new float[offsets[sources.size()] * width];
    float[] dropped = new float[sources.size()];
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      System.arraycopy(
          source.chunk.states(),
          source.chunk.offsets()[source.row] * width,
          states,
          offsets[i] * width,
          source.tokens() * width);
      dropped[i] = source.chunk.droppedMass()[source.row];
    }
    return new DecodeQueue(
        sources.stream().mapToInt(Source::place).toArray(),
        new EncoderOutput(states, offsets, dropped),
        sources.get(0).plan == Source.NO_PLAN
            ? null
            : sources.stream().mapToInt(Source::plan).toArray());
  }
}
