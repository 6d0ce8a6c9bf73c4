package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The page and its plots. The same files, the same page. */
public final class ResultsPage {
  private static final List<Section> SECTIONS =
      List.of(
          new TargetSection(),
          new SparsitySection(),
          new PartitionSection(),
          new RouterSection(),
          new AblationSection(),
          new QualitySection(),
          new SpeedSection(),
          new FrontSection(),
          new ServingSection(),
          new LossSection(),
          new SampleSection());

  private ResultsPage() {}

  /**
   * The page as Markdown; what was not measured is a dash.
   *
   * @param plots folder of the plots, relative to the page
   */
  static String markdown(ResultFiles files, String plots) {
    JsonNode setup = files.read("setup");
    StringBuilder page = new StringBuilder("# What experts do\n\n");
    page.append(
        """
        Made by this command on %s, seed %s, on %s (%s processors); do not edit:

        ```
        %s
        ```

        Dense checkpoint: %s. Finetuned expert bundle: %s. What is called *before finetuning* is \
        made by the command itself: the dense checkpoint, cut into %s experts a layer and fitted \
        to %s tokens. English to German, greedy, %s. Everything below comes from that one run; \
        *the original* is the work that this one reproduces.

        """
            .formatted(
                setup.path("date").asText(),
                setup.path("seed").asText(),
                setup.path("cpu").asText(),
                setup.path("processors").asText(),
                setup.path("command").asText(),
                setup.path("dense").asText(),
                setup.path("model").asText(),
                setup.path("experts").asText(),
                setup.path("fitTokens").asText(),
                sentences(setup.path("sentences"))));
    SECTIONS.forEach(section -> page.append(section.markdown(files, plots)));
    return page.toString().stripTrailing() + "\n";
  }

  private static String sentences(JsonNode counts) {
    StringBuilder text = new StringBuilder();
    counts
        .fieldNames()
        .forEachRemaining(
            name ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append("%s (%s sentences)".formatted(name, counts.path(name).asText())));
    return text.toString();
  }

  /**
   * Writes the page, and the plots into a folder beside it that has its name without ending.
   *
   * @throws IOException if that is not possible
   */
  public static void write(ResultFiles files, Path page) throws IOException {
    String name = page.getFileName().toString();
    String plots = name.endsWith(".md") ? name.substring(0, name.length() - 3) : name + "-plots";
    Path folder = page.toAbsolutePath().resolveSibling(plots);
    Files.createDirectories(folder);
    for (Section section : SECTIONS) {
      section.plot(files, folder);
    }
    Files.writeString(page, markdown(files, plots));
  }
}
