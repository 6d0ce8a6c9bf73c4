package io.sluice.cli;

import io.sluice.pipeline.TopicNames;
import io.sluice.pipeline.TranslationTopology;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The topology as Kafka Streams describes it. */
@Command(
    name = "topology",
    description = "Prints the Kafka Streams topology: sources, processors, stores, sinks.",
    footerHeading = "%nExample:%n",
    footer = "  ./sluice topology")
public final class TopologyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(TranslationTopology.describe(TopicNames.DEFAULT));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
