package io.sluice.moefy;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.tensor.MatrixBackend;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes an expert bundle out of a dense one. Call from one thread; the same seed, the same files.
 */
public final class Moefier {
  private final ModelBundle source;
  private final List<ParallelText> texts;
  private final MoefyOptions options;
  private final Supplier<MatrixBackend> backends;
  private final Consumer<String> progress;

  /**
   * @param source dense, or an expert bundle whose partition is kept
   * @param texts in every direction that the model is for
   * @param backends makes what holds weights
   * @param progress told what is being done, for people
   */
  public Moefier(
      ModelBundle source,
      List<ParallelText> texts,
      MoefyOptions options,
      Supplier<MatrixBackend> backends,
      Consumer<String> progress) {
    this.source = source;
    this.texts = List.copyOf(texts);
    this.options = options;
    this.backends = backends;
    this.progress = progress;
  }

  /** Writes config.json, the tokenizer and the weights with the neurons of experts side by side. */
  public void writeCut(Path out) {
    try (InputStream json = source.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(json);
        Transformer model = TransformerLoader.load(source, backends.get());
        InputStream weights = source.open("model.safetensors")) {
      Safetensors tensors = Safetensors.read(weights, "model.safetensors");
      TextMix mix = new TextMix(texts, tokenizer, options.seed());
      Map<LayerName, LayerWeights> layers = new LinkedHashMap<>();
      for (LayerName layer : LayerName.all(model.config())) {
        layers.put(layer, LayerWeights.read(tensors, model.config(), layer));
      }
      Map<LayerName, LayerCut> cuts =
          new Cutting(model, options, progress).cut(layers, mix.draw(options.cutTokens()));
      new BundleFolder(out, source).writeDense(cuts);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model " + source, e);
    }
  }
}
