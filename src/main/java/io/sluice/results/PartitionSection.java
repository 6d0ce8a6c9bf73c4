package io.sluice.results;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the best experts of a token hold, by the way the layer is cut. */
final class PartitionSection implements Section {
  private static final List<String> METHODS =
      List.of(
          "random",
          "k-means",
          "k-means-signature",
          "co-activation",
          "co-activation-cosine",
          "co-activation-pmi");

  @Override
  public String markdown(ResultFiles files, String plots) {
    MarkdownTable table =
        new MarkdownTable(List.of("cut", "k/N = 1/8", "1/4", "3/8", "1/2", "3/4"));
    for (String cut : cuts()) {
      List<String> row = new ArrayList<>(List.of(label(cut)));
      new Layers(files).captured(cut).forEach(share -> row.add(MarkdownTable.percent(share)));
      table.row(row);
    }
    return """
        ## Cuts

        Share of the decoder's activations, in percent, that the k experts with most of them hold \
        at each token (an oracle that knows the token), on text that the cut did not see; mean of \
        the decoder layers of the dense checkpoint. Refined: neurons were then swapped so that the \
        best experts hold more. Made by `./sluice model report`. The original: co-activation and \
        k-means are better than random.

        """
        + table
        + "![captured mass by cut](%s/cuts.png)\n\n".formatted(plots);
  }

  @Override
  public void plot(ResultFiles files, Path folder) throws IOException {
    LinePlot plot = new LinePlot("Mass that the best experts of a token hold", "experts, k/N", "%");
    for (String cut : cuts()) {
      List<Double> percent =
          new Layers(files).captured(cut).stream().map(share -> 100 * share).toList();
      plot.line(label(cut), Layers.shares(), percent, !cut.endsWith("-refined"));
    }
    plot.write(folder.resolve("cuts.png"));
  }

  private static List<String> cuts() {
    return METHODS.stream()
        .flatMap(method -> List.of(method, method + "-refined").stream())
        .toList();
  }

  private static String label(String cut) {
    return cut.endsWith("-refined") ? cut.replace("-refined", ", refined") : cut;
  }
}
