package io.sluice.cli;

import io.sluice.avro.Priority;
import io.sluice.avro.TranslationRequest;
import io.sluice.domain.LanguagePair;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One translation request for each line of a file or of standard input. */
@Command(
    name = "produce",
    description = "Sends one translation request for each line of FILE or standard input.",
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice produce --bootstrap-server 127.0.0.1:9092"
            + " --schema-registry-url http://127.0.0.1:8081%n"
            + "      --from en --to de sentences.txt")
public final class ProduceCommand implements Callable<Integer> {
  /** How the Kafka key is made. */
  enum KeyBy {
    /** No key. */
    NONE,
    /** The number of the line. */
    LINE,
    /** The text of the line. */
    TEXT
  }

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection;
  @Mixin private LanguageOptions languages;

  @Option(
      names = "--topic",
      paramLabel = "T",
      defaultValue = "translation.requests.v1",
      description = "Topic of the requests.")
  private String topic;

  @Option(
      names = "--key-by",
      paramLabel = "none|line|text",
      defaultValue = "none",
      description = "Kafka key: none, the line's number, or the line's text.")
  private KeyBy keyBy;

  @Option(
      names = "--priority",
      paramLabel = "interactive|standard|bulk",
      defaultValue = "standard",
      description = "How soon the answers are wanted.")
  private io.sluice.domain.Priority priority;

  @Option(
      names = "--minimum-expert-share",
      paramLabel = "SHARE",
      description = "Never run fewer than this share of the experts, 0 to 1.")
  private Double minimumExpertShare;

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      description = "Answers are of no use later than this after sending, such as 30s.")
  private Duration deadline;

  @Option(
      names = "--register-schemas",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "true",
      description = "false: the schema must be in the registry already.")
  private boolean registerSchemas;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "Text, UTF-8; default: stdin.")
  private Path file;

  @Override
  public Integer call() throws Exception {
    LanguagePair pair = languages.pair();
    if (minimumExpertShare != null && !(minimumExpertShare >= 0 && minimumExpertShare <= 1)) {
      throw new ExitException(2, "--minimum-expert-share must be 0 to 1", null);
    }
    Map<String, Object> settings = connection.clientProperties();
    if (!registerSchemas) {
      settings.put("auto.register.schemas", "false");
    }
    PrintWriter err = spec.commandLine().getErr();
    String prefix = UUID.randomUUID().toString().substring(0, 8) + "-";
    long start = System.nanoTime();
    long count = 0;
    try (BufferedReader lines = Lines.open(file);
        RequestSender sender = new RequestSender(settings, topic)) {
      Progress progress = new Progress(err, "sent");
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        count++;
        sender.send(key(count, text), request(prefix + count, text, pair));
        progress.at(count);
      }
      sender.finish();
    } catch (MalformedInputException e) {
      throw new ExitException("line " + (count + 1) + " or a later one is not UTF-8", e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    err.printf(
        Locale.ROOT,
        "sent %d requests to %s in %.1f s (%.0f/s), ids %s1 … %s%d%n",
        count,
        topic,
        seconds,
        count / Math.max(seconds, 1e-9),
        prefix,
        prefix,
        count);
    return 0;
  }

  private String key(long number, String text) {
    return switch (keyBy) {
      case NONE -> null;
      case LINE -> Long.toString(number);
      case TEXT -> text;
    };
  }

  private TranslationRequest request(String id, String text, LanguagePair pair) {
    Instant now = Instant.now();
    return TranslationRequest.newBuilder()
        .setId(id)
        .setText(text)
        .setSourceLanguage(pair.source())
        .setTargetLanguage(pair.target())
        .setCreatedAt(now)
        .setPriority(Priority.valueOf(priority.name()))
        .setMinimumExpertShare(minimumExpertShare)
        .setDeadline(deadline == null ? null : now.plus(deadline))
        .build();
  }
}
