package io.sluice.cli;

import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.engine.TransformerTranslator;
import io.sluice.model.Transformer;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the bundle is. */
@Command(
    name = "info",
    description = "Says what the model is: sizes, directions, digest.",
    footerHeading = "%nExample:%n",
    footer = "  ./sluice model info")
public final class ModelInfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Override
  public Integer call() {
    ModelBundle bundle = model.bundle();
    try (TransformerTranslator translator = model.loadForMeasurement()) {
      TransformerConfig c = translator.transformer().config();
      PrintWriter out = spec.commandLine().getOut();
      row(out, "model", bundle);
      row(out, "version", translator.model().version());
      row(out, "digest", "sha256:" + translator.model().digest());
      row(out, "directions", translator.languagePairs());
      row(
          out,
          "parameters",
          String.format(
              Locale.ROOT,
              "%.1f M, stored as %s",
              translator.transformer().parameters() / 1e6,
              translator.transformer().storedType()));
      row(out, "width", c.width() + ", vocabulary " + c.vocabulary());
      row(out, "encoder", half(c.encoderLayers(), c.encoderHeads(), c.encoderHidden()));
      row(out, "decoder", half(c.decoderLayers(), c.decoderHeads(), c.decoderHidden()));
      row(out, "experts", experts(translator.transformer()));
      row(out, "quality", "score by " + translator.annotator().method());
    }
    return 0;
  }

  private static String experts(Transformer model) {
    ExpertsConfig cut = model.experts();
    return cut.equals(ExpertsConfig.DENSE)
        ? "dense: one expert a layer"
        : String.format(
            Locale.ROOT,
            "%d a decoder layer, %d always on, %d plans; %d an encoder layer%s",
            cut.decoder(),
            cut.always(),
            cut.plans(),
            cut.encoder(),
            model.elastic() ? "; elastic weights for fewer" : "");
  }

  private static String half(int layers, int heads, int hidden) {
    return layers + " layers, " + heads + " heads, " + hidden + " feed-forward neurons";
  }

  private static void row(PrintWriter out, String name, Object value) {
    out.printf(Locale.ROOT, "%-11s %s%n", name, value);
  }
}
