package io.sluice.faults;

import io.sluice.embedded.Cluster;
import io.sluice.testing.TestClusters;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the tests of a build one broker and registry, each test uses topics of its own. Started for
 * the first that asks, ended with the last test of the build.
 */
final class SharedCluster implements ParameterResolver {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(SharedCluster.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class;
  }

  @Override
  public Cluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(SPACE)
        .getOrComputeIfAbsent("cluster", key -> TestClusters.start(), Cluster.class);
  }
}
