package io.sluice.testing;

import io.sluice.embedded.Cluster;
import io.sluice.embedded.EmbeddedCluster;

/**
 * The cluster that a test runs against: embedded, or in containers with {@code
 * -Dcluster=containers}.
 */
public final class TestClusters {
  private TestClusters() {}

  /** Starts one; the test is skipped when containers are asked for and cannot be had. */
  public static Cluster start() {
    String kind = System.getProperty("cluster", "embedded");
    return switch (kind) {
      case "embedded" -> EmbeddedCluster.start();
      case "containers" -> ContainerCluster.start();
      default ->
          throw new IllegalArgumentException("cluster is embedded or containers, not " + kind);
    };
  }
}
