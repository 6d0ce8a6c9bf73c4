package io.sluice.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks what Sluice needs; one line each. */
@Command(
    name = "doctor",
    description = {
      "Checks Java, processor, backend and model; broker and registry when named.",
      "With a broker also what is pending and whether the changelog fits the requests topic."
    },
    footerHeading = "%nExample:%n",
    footer = "  ./sluice doctor --bootstrap-server 127.0.0.1:9092")
public final class DoctorCommand implements Callable<Integer> {
  private final ModelCheck model;
  private boolean failed;

  @Spec private CommandSpec spec;
  @Mixin private TopicOptions topics;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "Check this broker and its topics.")
  private String bootstrapServer;

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      description = "Check this registry and its schemas.")
  private String schemaRegistryUrl;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Kafka client properties (TLS, SASL, registry credentials).")
  private Path commandConfig;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda|auto",
      defaultValue = "auto",
      description = "Device that run and translate would be given.")
  private DeviceChoice.Request device;

  /** For the command line. */
  public DoctorCommand() {
    this(new BundleCheck());
  }

  DoctorCommand(ModelCheck model) {
    this.model = model;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    report(out, LocalChecks.all(device));
    report(out, model.check());
    Map<String, Object> settings = ClientProperties.read(commandConfig);
    if (bootstrapServer != null) {
      settings.put("bootstrap.servers", bootstrapServer);
      report(
          out,
          ClusterChecks.broker(
              settings,
              topics.applicationId(),
              topics.topics(),
              new Progress(spec.commandLine().getErr(), "changelog records read:")));
    }
    if (schemaRegistryUrl != null) {
      settings.put("schema.registry.url", schemaRegistryUrl);
      report(out, ClusterChecks.registry(schemaRegistryUrl, settings, topics.topics()));
    }
    return failed ? 1 : 0;
  }

  private void report(PrintWriter out, List<Finding> findings) {
    for (Finding finding : findings) {
      out.println(finding.line());
      failed |= !finding.ok();
    }
  }
}
