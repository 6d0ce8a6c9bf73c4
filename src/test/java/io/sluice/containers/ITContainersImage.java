package io.sluice.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Capability;
import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationResult;
import io.sluice.cli.RequestSender;
import io.sluice.testing.ContainerCluster;
import io.sluice.testing.ContainerEngine;
import io.sluice.testing.Requests;
import io.sluice.testing.ResultLog;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The image of Sluice beside broker and registry: read-only, without capabilities, in 2 GiB. */
class ITContainersImage {
  private static final Logger LOG = LoggerFactory.getLogger(ITContainersImage.class);
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int STOP_SECONDS = 30;
  private static final long MEMORY_BYTES = 2L << 30;

  private ContainerCluster cluster;

  // for each test: a class that is given up as a whole does not count as skipped
  @BeforeEach
  void start() {
    ContainerEngine.require(ContainerEngine.image("sluice.image"));
    cluster = ContainerCluster.start();
  }

  @AfterEach
  void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldTranslateUnprivilegedAndEndInAnOrderlyWayWhenItGetsSigterm() throws Exception {
    try (GenericContainer<?> sluice = container()) {
      sluice.start(); // returns when the image's own health check passes
      assertTranslates("A man is riding a bicycle.", "Ein Mann fährt Fahrrad.");
      assertIsUnprivileged(sluice);
      LOG.info("memory: {}", inside(sluice, "grep", "VmHWM", "/proc/1/status").getStdout().strip());

      DockerClient engine = sluice.getDockerClient();
      long begin = System.nanoTime();
      engine.stopContainerCmd(sluice.getContainerId()).withTimeout(STOP_SECONDS).exec();
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      ContainerState end = engine.inspectContainerCmd(sluice.getContainerId()).exec().getState();
      LOG.info("ended within {} ms", took.toMillis());

      // a container that outlasts the limit is killed and has status 137
      assertThat(end.getExitCodeLong()).isZero();
      assertThat(end.getOOMKilled()).isFalse();
      assertThat(sluice.getLogs()).contains("SIGTERM").doesNotContain("bicycle");
    }
  }

  private void assertTranslates(String text, String translation) {
    try (RequestSender sender =
            new RequestSender(ResultLog.clients(cluster), "translation.requests.v1");
        ResultLog results = new ResultLog(cluster, "translation.results.v1")) {
      sender.send("key", Requests.english("one", text));
      sender.finish();
      await().atMost(PATIENCE).until(() -> results.size() > 0);
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(5))
          .until(() -> results.size() == 1);
      TranslationResult result = results.result(results.seen().get(0));
      assertThat(result.getId()).isEqualTo("one");
      assertThat(result.getOutcome()).isEqualTo(Outcome.TRANSLATED);
      assertThat(result.getText()).isEqualTo(translation);
    }
  }

  private static void assertIsUnprivileged(GenericContainer<?> sluice) throws Exception {
    assertThat(inside(sluice, "id", "-u").getStdout().strip()).isEqualTo("10001");
    assertThat(inside(sluice, "stat", "-c", "%u", "/proc/1").getStdout().strip())
        .isEqualTo("10001");
    assertThat(inside(sluice, "touch", "/tmp/x").getStderr()).contains("Read-only file system");
    assertThat(inside(sluice, "grep", "CapEff", "/proc/1/status").getStdout())
        .contains("0000000000000000");
  }

  private static ExecResult inside(GenericContainer<?> sluice, String... command) throws Exception {
    return sluice.execInContainer(command);
  }

  private GenericContainer<?> container() {
    return new GenericContainer<>(DockerImageName.parse(ContainerEngine.image("sluice.image")))
        .withNetwork(cluster.network())
        .withEnv("SLUICE_BOOTSTRAP_SERVER", cluster.bootstrapServerInside())
        .withEnv("SLUICE_SCHEMA_REGISTRY_URL", cluster.schemaRegistryUrlInside())
        .withCommand("run", "--create-topics")
        .withCreateContainerCmdModifier(
            create ->
                create
                    .getHostConfig()
                    .withReadonlyRootfs(true)
                    .withMemory(MEMORY_BYTES)
                    .withMemorySwap(MEMORY_BYTES)
                    .withCapDrop(Capability.ALL))
        .waitingFor(Wait.forHealthcheck().withStartupTimeout(PATIENCE));
  }
}
