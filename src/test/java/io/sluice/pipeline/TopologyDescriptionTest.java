package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TopologyDescriptionTest {
  @Test
  void shouldMatchThePublishedDescription() throws Exception {
    String published = Files.readString(Path.of("topology", "translation-topology.txt"));

    assertThat(TranslationTopology.describe(TopicNames.DEFAULT).strip())
        .isEqualTo(published.strip());
  }

  @Test
  void shouldNameEveryTopicInTheCatalogue() throws Exception {
    String catalogue = Files.readString(Path.of("topology", "topics.yaml"));

    assertThat(catalogue)
        .contains(
            "name: " + TopicNames.DEFAULT.requests() + "\n",
            "name: " + TopicNames.DEFAULT.results() + "\n",
            "name: " + TopicNames.DEFAULT.deadLetters() + "\n",
            "name: " + TopicNames.DEFAULT.upgrades() + "\n",
            "name: " + TopicNames.DEFAULT.revisions() + "\n",
            "name: " + TopicNames.DEFAULT.control() + "\n");
  }
}
