package io.sluice.cli;

import java.io.PrintWriter;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns exceptions into one line on stderr and an exit status. */
final class Errors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Map<String, String> environment;

  Errors(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    PrintWriter err = line.getErr();
    boolean trace = environment.containsKey("SLUICE_DEBUG") || wantsTrace(parsed);
    err.println("sluice: " + message(e));
    if (trace) {
      e.printStackTrace(err);
    } else if (!expected(e)) {
      err.println("sluice: --stacktrace shows where this came from");
    }
    return status(e);
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr());
    line.getErr()
        .println(
            "Try '" + line.getCommandSpec().qualifiedName() + " --help' for more information.");
    return 2;
  }

  private static boolean wantsTrace(ParseResult parsed) {
    for (ParseResult part = parsed; part != null; part = part.subcommand()) {
      if (part.matchedOptionValue("--stacktrace", false)) {
        return true;
      }
    }
    return false;
  }

  private static boolean expected(Exception e) {
    return e instanceof ExitException || e instanceof InterruptedException;
  }

  private static int status(Exception e) {
    if (e instanceof ExitException exit) {
      return exit.status();
    }
    return interrupted(e) ? 130 : 1;
  }

  private static boolean interrupted(Exception e) {
    return e instanceof InterruptedException || e instanceof InterruptException;
  }

  private static String message(Exception e) {
    if (interrupted(e)) {
      return "interrupted";
    }
    if (e instanceof ExitException && e.getMessage() != null) {
      return e.getMessage();
    }
    if (e instanceof KafkaException && e.getMessage() != null) {
      return "Kafka: " + e.getMessage();
    }
    return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
  }
}
