package io.sluice.engine;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.Nd4jBackend;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Translates the same batches with plain Java, with vector kernels, and with feed-forward layers by
 * vector instructions too, taking turns batch by batch on one thread. Counts processor time, which
 * other work on the machine disturbs less than the time on the wall; prints the median over rounds.
 *
 * <p>Arguments: English text, one sentence a line; lines; rows of a batch; rounds.
 */
public final class KernelTimes {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private KernelTimes() {}

  private record Side(String name, TransformerTranslator translator, double[] seconds) {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(arguments[0]));
    lines = lines.subList(0, Math.min(lines.size(), Integer.parseInt(arguments[1])));
    int rows = Integer.parseInt(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    Kernels vector = KernelChoice.of(KernelChoice.Request.VECTOR);
    List<Side> sides =
        List.of(
            side("scalar", new Nd4jBackend(Kernels.scalar()), rounds),
            side("vector", new Nd4jBackend(vector, false), rounds),
            side("vector, fused", new Nd4jBackend(vector, true), rounds));
    List<List<Segment>> batches = batches(sides.get(0).translator, lines, rows);
    int[] tokens = new int[sides.size()];
    int[] same = new int[sides.size()];
    for (int round = -2; round < rounds; round++) {
      for (List<Segment> batch : batches) {
        List<SegmentTranslation> first = null;
        for (int i = 0; i < sides.size(); i++) {
          Side side = sides.get(i);
          long start = THREADS.getCurrentThreadCpuTime();
          List<SegmentTranslation> found = side.translator.translate(batch, ExpertBudget.all());
          long nanos = THREADS.getCurrentThreadCpuTime() - start;
          first = first == null ? found : first;
          if (round >= 0) {
            side.seconds[round] += nanos / 1e9;
          }
          if (round == 0) {
            tokens[i] += found.stream().mapToInt(part -> part.statistics().tokens()).sum();
            List<SegmentTranslation> expected = first;
            same[i] +=
                (int)
                    IntStream.range(0, found.size())
                        .filter(row -> found.get(row).text().equals(expected.get(row).text()))
                        .count();
          }
        }
      }
    }
    for (int i = 0; i < sides.size(); i++) {
      double[] sorted = sides.get(i).seconds.clone();
      Arrays.sort(sorted);
      double median = sorted[sorted.length / 2];
      double[] base = sides.get(0).seconds.clone();
      Arrays.sort(base);
      System.out.printf(
          Locale.ROOT,
          "batch %2d  %-22s %6.0f tokens per CPU second, %.2f times plain Java; %d of %d equal%n",
          rows,
          sides.get(i).name,
          tokens[i] / median,
          base[base.length / 2] / median,
          same[i],
          lines.size());
    }
  }

  private static Side side(String name, Nd4jBackend backend, int rounds) {
    TransformerTranslator translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), backend, TranslatorOptions.greedy("cpu/benchmark"));
    return new Side(name, translator, new double[rounds]);
  }

  private static List<List<Segment>> batches(
      TransformerTranslator translator, List<String> lines, int rows) {
    List<Segment> segments = new ArrayList<>();
    for (String line : lines) {
      segments.addAll(translator.prepare(line, new LanguagePair("en", "de")).segments());
    }
    List<List<Segment>> batches = new ArrayList<>();
    for (int from = 0; from < segments.size(); from += rows) {
      batches.add(segments.subList(from, Math.min(from + rows, segments.size())));
    }
    return batches;
  }
}
