package io.sluice.cli;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RejectedException;
import io.sluice.moefy.ParallelText;
import io.sluice.shortlist.LexicalTable.Pair;
import io.sluice.shortlist.Shortlist;
import io.sluice.shortlist.Shortlist.Direction;
import io.sluice.shortlist.Shortlist.Words;
import io.sluice.shortlist.ShortlistFile;
import io.sluice.shortlist.ShortlistLearner;
import io.sluice.text.Tokenizer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Learns which words a translation may be written with. */
@Command(
    name = "shortlist",
    description = {
      "Learns from parallel text what each piece of a source usually becomes, in both directions.",
      "With the list a decoder step computes likely words only (--shortlist of translate, run and"
          + " others). The same text gives the same file."
    },
    footerHeading = "%nExample:%n",
    footer = "  ./sluice model shortlist --model my-model --data ../shared/data")
public final class ModelShortlistCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model in the Hugging Face layout; default: the bundled one.")
  private Path directory;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Folder of corpora, each with train.FROM.gz and train.TO.gz.")
  private Path data;

  @Option(
      names = "--from",
      paramLabel = "LANGUAGE",
      defaultValue = "en",
      description = "One language, BCP-47.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "LANGUAGE",
      defaultValue = "de",
      description = "The other one.")
  private String to;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where the list goes; default: shortlist.bin in the folder of --model.")
  private Path output;

  @Option(
      names = "--likely",
      paramLabel = "N",
      description = "Target pieces kept for each source piece.")
  private int likely = ShortlistLearner.DEFAULT.likely();

  @Option(
      names = "--frequent",
      paramLabel = "M",
      description = "Most frequent pieces of the target language, allowed in every translation.")
  private int frequent = ShortlistLearner.DEFAULT.frequent();

  @Option(
      names = "--least",
      paramLabel = "P",
      description = "Probability below which no piece is kept.")
  private double least = ShortlistLearner.DEFAULT.leastProbability();

  @Option(names = "--rounds", paramLabel = "R", description = "Rounds of expectation-maximisation.")
  private int rounds = ShortlistLearner.DEFAULT.rounds();

  @Override
  public Integer call() {
    ShortlistLearner learner = learner();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    Path file = file();
    Shortlist shortlist;
    try {
      ModelBundle bundle = directory == null ? ModelBundle.bundled() : ModelBundle.of(directory);
      shortlist = learn(bundle, learner, progress);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
        ShortlistFile.write(shortlist, out);
      }
    } catch (CheckpointException | IllegalArgumentException | RejectedException e) {
      throw new ExitException(e.getMessage(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new ExitException("cannot read or write: " + e.getMessage(), e);
    }
    spec.commandLine()
        .getErr()
        .printf(
            Locale.ROOT,
            "wrote %s: %.1f likely words a piece that has any%n",
            file,
            shortlist.meanLikely());
    return 0;
  }

  private ShortlistLearner learner() {
    try {
      return new ShortlistLearner(likely, frequent, least, rounds);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
  }

  private Path file() {
    if (output != null) {
      return output;
    }
    return directory == null ? Path.of(ShortlistFile.NAME) : directory.resolve(ShortlistFile.NAME);
  }

  private Shortlist learn(ModelBundle bundle, ShortlistLearner learner, ProgressLine progress)
      throws IOException {
    LanguagePair forward = new LanguagePair(from, to);
    LanguagePair backward = new LanguagePair(to, from);
    int vocabulary = TransformerConfig.read(bundle.json("config.json")).vocabulary();
    try (InputStream json = bundle.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(json)) {
      int source = tokenizer.targetLanguageId(from);
      int target = tokenizer.targetLanguageId(to);
      int[] fixed = ids(tokenizer, id -> tokenizer.isSpecial(id) || tokenizer.isCharacter(id));
      List<Pair> pairs = new ArrayList<>();
      for (ParallelText text : ParallelText.corpora(data, forward)) {
        for (int i = 0; i < text.size(); i++) {
          pairs.add(
              new Pair(
                  pieces(tokenizer.encode(text.sources().get(i), forward)),
                  pieces(tokenizer.encode(text.targets().get(i), backward))));
          progress.show("tokenised " + pairs.size() + " sentences");
        }
      }
      List<Pair> reversed = pairs.stream().map(p -> new Pair(p.target(), p.source())).toList();
      Map<Direction, Words> words = new LinkedHashMap<>();
      words.put(
          new Direction(source, target),
          learner.learn(pairs, fixed, vocabulary, each -> progress.show(forward + ": " + each)));
      words.put(
          new Direction(target, source),
          learner.learn(
              reversed, fixed, vocabulary, each -> progress.show(backward + ": " + each)));
      return new Shortlist(vocabulary, ids(tokenizer, tokenizer::isBytePiece), words);
    }
  }

  /** Without the language and the end of the sentence. */
  private static int[] pieces(int[] ids) {
    return Arrays.copyOfRange(ids, 1, ids.length - 1);
  }

  private static int[] ids(Tokenizer tokenizer, IntPredicate chosen) {
    return IntStream.range(0, tokenizer.vocabularySize()).filter(chosen).toArray();
  }
}
