package io.sluice.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsPageTest {
  @TempDir private Path folder;
  private ResultFiles files;

  @BeforeEach
  void makeFiles() {
    files = new ResultFiles(folder.resolve("work"));
  }

  /** After an intended change: copy what the failure shows to the golden file. */
  @Test
  void shouldWriteTheGoldenPageWhenGivenMadeUpResults() throws IOException {
    MadeUpResults.write(files);

    String page = ResultsPage.markdown(files, "results");

    try (var golden = getClass().getResourceAsStream("/results/page.md")) {
      assertThat(page).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void shouldWriteDashesWhenNothingWasMeasured() {
    String page = ResultsPage.markdown(files, "results");

    assertThat(page).contains("## Targets", "not measured", "| – |").doesNotContain("NaN");
  }

  @Test
  void shouldDrawEveryPlotThatThePageShows() throws IOException {
    MadeUpResults.write(files);
    Path page = folder.resolve("what.md");

    ResultsPage.write(files, page);

    assertThat(Files.readString(page)).contains("(what/speed.png)");
    for (String plot :
        new String[] {
          "sparsity", "cuts", "routers", "ablation", "quality", "speed", "front", "serving"
        }) {
      BufferedImage image = ImageIO.read(folder.resolve("what/" + plot + ".png").toFile());
      assertThat(image.getWidth()).as(plot).isEqualTo(900);
    }
  }
}
