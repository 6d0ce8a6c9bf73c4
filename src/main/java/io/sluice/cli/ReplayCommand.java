package io.sluice.cli;

import io.sluice.domain.Decoding;
import io.sluice.domain.PreparedText;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Translation;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.Translator;
import io.sluice.text.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes results again with the settings that are stamped on them. */
@Command(
    name = "replay",
    description = {
      "Translates again with the settings that a result says (beam, precision, shortlist, experts),"
          + " and compares the texts.",
      "The text of the request comes from --request, or from the requests topic. Status 1 if a text"
          + " is another one or cannot be made again."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  ./sluice consume --bootstrap-server 127.0.0.1:9092"
          + " --schema-registry-url http://127.0.0.1:8081%n"
          + "      --from-beginning --max 1 --json > result.json",
      "  ./sluice replay --result result.json --bootstrap-server 127.0.0.1:9092%n"
          + "      --schema-registry-url http://127.0.0.1:8081"
    })
public final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private EngineOptions model;

  @Option(
      names = "--result",
      paramLabel = "FILE|-",
      required = true,
      description = "Results as consume --json prints them, one a line; -: standard input.")
  private String result;

  @Option(
      names = "--request",
      paramLabel = "FILE",
      description =
          "The text of the request, where there is one result. A last line end is left out.")
  private Path request;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "Find the requests here.")
  private String bootstrapServer;

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      description = "Registry of the requests.")
  private String schemaRegistryUrl;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Kafka client properties (TLS, SASL, registry credentials).")
  private Path commandConfig;

  @Option(
      names = "--topic",
      paramLabel = "T",
      defaultValue = "translation.requests.v1",
      description = "Topic of the requests.")
  private String topic;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "5s",
      description = "After so long without a record the topic is at its end.")
  private Duration timeout;

  @Override
  public Integer call() {
    List<StampedResult> results =
        lines().stream()
            .filter(line -> !line.isBlank() && !line.equals("null"))
            .map(StampedResult::parse)
            .toList();
    if (results.isEmpty()) {
      throw new ExitException(2, "--result has no result in it", null);
    }
    return replay(results, texts(results)) ? 0 : 1;
  }

  /** Replays all; a translator for each way to decode that occurs. */
  private boolean replay(List<StampedResult> results, Map<String, String> texts) {
    boolean same = true;
    Map<Decoding, List<StampedResult>> groups =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    StampedResult::decodingAnywhere, LinkedHashMap::new, Collectors.toList()));
    for (Map.Entry<Decoding, List<StampedResult>> group : groups.entrySet()) {
      try (TransformerTranslator translator = model.loadAs(group.getKey())) {
        for (StampedResult each : group.getValue()) {
          same &= replay(each, texts.get(each.id()), translator);
        }
      }
    }
    return same;
  }

  private boolean replay(StampedResult stamped, String source, Translator translator) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (source == null) {
      err.println(stamped.id() + ": its request is not in " + topic);
      return false;
    }
    if (!stamped.outcome().equals("TRANSLATED") && !stamped.outcome().equals("BYPASSED")) {
      err.println(stamped.id() + ": nothing was translated, the outcome is " + stamped.outcome());
      return false;
    }
    PreparedText prepared = translator.prepare(source, stamped.languages());
    Translation again =
        translator.assemble(
            prepared,
            prepared.bypassed()
                ? List.of()
                : translator.translate(prepared.segments(), stamped.budget()));
    List<String> differences = stamped.differences(translator.model(), again.decoding());
    differences.forEach(each -> err.println(stamped.id() + ": differs: " + each));
    if (!prepared.bypassed() && stamped.budget().mode() == RoutingMode.BATCH) {
      err.println(
          stamped.id()
              + ": routing batch chose experts for all rows of its batch, which are not here");
    }
    boolean sameModel = stamped.model().digest().equals(translator.model().digest());
    boolean sameText = again.text().equals(stamped.text());
    out.println(
        stamped.id()
            + (sameText ? ": the same text" : ": another text")
            + (sameModel ? "" : ", another model"));
    if (!sameText) {
      out.println("  was: " + Lines.toOneLine(stamped.text()));
      out.println("  is:  " + Lines.toOneLine(again.text()));
    }
    out.flush();
    return sameText && sameModel;
  }

  private List<String> lines() {
    try (InputStream in = result.equals("-") ? System.in : Files.newInputStream(Path.of(result))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new ExitException("cannot read " + result, e);
    }
  }

  private Map<String, String> texts(List<StampedResult> results) {
    if (request != null) {
      if (results.size() > 1) {
        throw new ExitException(2, "--request is one text, there are several results", null);
      }
      return Map.of(results.get(0).id(), requestText());
    }
    if (bootstrapServer == null || schemaRegistryUrl == null) {
      throw new ExitException(
          2, "give --request, or --bootstrap-server and --schema-registry-url", null);
    }
    Map<String, Object> settings = ClientProperties.read(commandConfig);
    settings.put("bootstrap.servers", bootstrapServer);
    settings.put("schema.registry.url", schemaRegistryUrl);
    return RequestFinder.texts(
        settings,
        topic,
        results.stream().map(StampedResult::id).collect(Collectors.toSet()),
        timeout);
  }

  private String requestText() {
    try {
      String text = Files.readString(request);
      return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException e) {
      throw new ExitException("cannot read " + request, e);
    }
  }
}
