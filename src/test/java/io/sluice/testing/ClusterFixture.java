package io.sluice.testing;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TopicNames;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One embedded cluster for the tests of a class, and applications with topics of their own. */
public abstract class ClusterFixture {
  protected static EmbeddedCluster cluster;
  @TempDir protected Path state;

  @BeforeAll
  static void startCluster() {
    cluster = EmbeddedCluster.start();
  }

  @AfterAll
  static void closeCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** An application on three partitions, which sends events of its controller. */
  protected ApplicationConfig.Builder application(String name) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId(name)
        .topics(new TopicNames(name + ".requests", name + ".results", name + ".dlq"))
        .createTopics(true)
        .partitions(3)
        .replicationFactor(1)
        .stateDir(state)
        .controlEvents(true);
  }
}
