package io.sluice.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Entry point: {@code sluice COMMAND …}. */
@Command(
    name = "sluice",
    description = "Translates text that flows through Apache Kafka.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExample:%n",
    footer = "  printf 'Two dogs are playing.\\n' | ./sluice translate --from en --to de")
public final class Main {

  /** The commands in the order of the usage text. A new command is one more line here. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          RunCommand.class,
          ProduceCommand.class,
          ConsumeCommand.class,
          WatchCommand.class,
          TranslateCommand.class,
          ModelCommand.class,
          BenchCommand.class,
          ReplayCommand.class,
          SimulateCommand.class,
          TopologyCommand.class,
          DoctorCommand.class);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Properties file: option names without dashes in front, such as workers=2.")
  private String config;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Print where an error came from (also: SLUICE_DEBUG=1).")
  private boolean stacktrace;

  private Main() {}

  /** Runs a command and ends the process with its exit status. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command; returns its exit status: 0 ok, 1 failure, 2 usage, 130 interrupted. */
  static int run(String... args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return run(System.getenv(), out, err, args);
  }

  /** The same with everything that comes from outside as an argument. */
  static int run(
      Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
    Errors errors = new Errors(environment);
    ConfiguredValues values;
    try {
      values = ConfiguredValues.read(environment, args);
    } catch (ExitException e) {
      err.println("sluice: " + e.getMessage());
      return e.status();
    }
    CommandLine line = commandLine().setOut(out).setErr(err);
    line.setDefaultValueProvider(values);
    line.setExecutionStrategy(new CheckedExecution(values));
    line.setExecutionExceptionHandler(errors);
    line.setParameterExceptionHandler(errors);
    return line.execute(args);
  }

  /** All commands, without configuration. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    for (Class<?> command : COMMANDS) {
      line.addSubcommand(command);
    }
    prepare(line);
    return line;
  }

  private static void prepare(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
    line.getCommandSpec().usageMessage().showDefaultValues(true);
    line.getCommandSpec().usageMessage().width(100);
    line.getCommandSpec().parser().collectErrors(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Duration.class, Durations::parse);
    line.getSubcommands().values().forEach(Main::prepare);
  }

  private static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"sluice " + (version == null ? "(not packaged)" : version)};
    }
  }
}
