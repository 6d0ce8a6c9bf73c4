package io.sluice.results;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What routers choose. */
final class RouterSection implements Section {
  @Override
  public String markdown(ResultFiles files, String plots) {
    StringBuilder text = new StringBuilder("## Routers\n\n");
    text.append(
        """
        Mean of the layers, percent. Mass: share of the activations in the chosen experts. Error: \
        distance to the whole output as a share of its length, when the mean of each skipped \
        expert is added. On half of the first 300 sentences of each test set; means and routers \
        without training come from the other half. One model alone: `./sluice model routers`.

        """);
    for (String model : List.of("before", "after")) {
      for (String half : List.of("decoder", "encoder")) {
        text.append("### ").append(title(model)).append(", ").append(half).append("\n\n");
        text.append(table(files, model, half));
      }
    }
    return text.append("![captured mass by router](%s/routers.png)\n\n".formatted(plots))
        .toString();
  }

  private static String title(String model) {
    return model.equals("before") ? "Before finetuning" : "After finetuning";
  }

  private static String table(ResultFiles files, String model, String half) {
    Layers layers = new Layers(files);
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "router",
                "mass 1/8",
                "1/4",
                "3/8",
                "1/2",
                "3/4",
                "error 1/8",
                "1/4",
                "3/8",
                "1/2",
                "3/4"));
    for (String router : layers.routers(model)) {
      List<String> row = new ArrayList<>(List.of(router));
      for (String field : List.of("capturedMass", "errorWithMeans")) {
        for (double share : Layers.shares()) {
          row.add(MarkdownTable.percent(layers.router(model, half, router, share, field)));
        }
      }
      table.row(row);
    }
    return table.toString();
  }

  @Override
  public void plot(ResultFiles files, Path folder) throws IOException {
    Layers layers = new Layers(files);
    LinePlot plot =
        new LinePlot("Mass in the chosen experts, decoder, after finetuning", "experts, k/N", "%");
    for (String router : layers.routers("after")) {
      List<Double> percent =
          Layers.shares().stream()
              .map(share -> 100 * layers.router("after", "decoder", router, share, "capturedMass"))
              .toList();
      plot.line(router, Layers.shares(), percent, router.startsWith("oracle"));
    }
    plot.write(folder.resolve("routers.png"));
  }
}
