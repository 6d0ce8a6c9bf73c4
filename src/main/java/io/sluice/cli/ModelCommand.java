package io.sluice.cli;

import picocli.CommandLine.Command;

/** What has to do with the model alone. */
@Command(
    name = "model",
    description = "Looks at the model and measures it.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ModelInfoCommand.class,
      ModelEvalCommand.class,
      ModelBenchCommand.class,
      ModelCalibrateCommand.class,
      ModelRangesCommand.class,
      ModelSparsityCommand.class,
      ModelMoefyCommand.class,
      ModelRoutersCommand.class,
      ModelShortlistCommand.class,
      ModelRandomCommand.class,
      ModelReportCommand.class,
      ModelLadderCommand.class,
      ModelExpectedLossCommand.class
    },
    footerHeading = "%nExample:%n",
    footer = "  ./sluice model info")
public final class ModelCommand {}
