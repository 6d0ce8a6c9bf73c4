package io.sluice.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs the command if the whole command line and configuration is right; else names every error.
 */
final class CheckedExecution implements IExecutionStrategy {
  private final ConfiguredValues values;

  CheckedExecution(ConfiguredValues values) {
    this.values = values;
  }

  @Override
  public int execute(ParseResult parsed) {
    refuseUnknownCommand(parsed);
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    List<String> messages = new ArrayList<>();
    ParseResult last = parsed;
    for (ParseResult part = parsed; part != null; part = part.subcommand()) {
      part.errors().stream()
          .filter(error -> !(error instanceof MissingParameterException))
          .forEach(error -> messages.add(error.getMessage()));
      messages.addAll(missing(part));
      last = part;
    }
    CommandLine line = last.commandSpec().commandLine();
    values
        .unknownKeys(knownNames(line.getCommandSpec().root().commandLine()))
        .forEach(key -> messages.add("Unknown setting in " + values.file() + ": " + key));
    if (messages.isEmpty()
        && !(last.commandSpec().userObject() instanceof Runnable)
        && !(last.commandSpec().userObject() instanceof Callable)) {
      messages.add("Missing command");
    }
    if (!messages.isEmpty()) {
      throw new ParameterException(
          line, String.join(System.lineSeparator(), new LinkedHashSet<>(messages)));
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** A word in the place of a command is one, before {@code --help} is looked at. */
  private static void refuseUnknownCommand(ParseResult parsed) {
    for (ParseResult part = parsed; part != null; part = part.subcommand()) {
      List<String> unmatched = part.unmatched();
      if (!part.commandSpec().subcommands().isEmpty()
          && !unmatched.isEmpty()
          && !unmatched.get(0).startsWith("-")) {
        throw new ParameterException(
            part.commandSpec().commandLine(), "Unknown command: '" + unmatched.get(0) + "'");
      }
    }
  }

  /** Asked again: after another error the parser does not look at configured values. */
  private List<String> missing(ParseResult part) {
    return part.commandSpec().requiredArgs().stream()
        .filter(argument -> !part.matchedArgs().contains(argument))
        .filter(argument -> argument.defaultValue() == null)
        .filter(argument -> values.defaultValue(argument) == null)
        .map(CheckedExecution::describe)
        .map(name -> "Missing " + name)
        .toList();
  }

  private static String describe(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? option.longestName() + "=" + option.paramLabel()
        : argument.paramLabel();
  }

  private static Set<String> knownNames(CommandLine line) {
    Set<String> names = new TreeSet<>();
    for (OptionSpec option : line.getCommandSpec().options()) {
      names.add(ConfiguredValues.key(option.longestName()));
    }
    line.getSubcommands().values().forEach(child -> names.addAll(knownNames(child)));
    return names;
  }
}
