package io.sluice.moefy;

import io.sluice.moefy.ActivationRun.Observer;
import io.sluice.moefy.ActivationRun.Tokens;
import io.sluice.tensor.NeuronMatrices;
import java.util.List;
import java.util.Map;

/**
 * What the neurons of elastic weights do with the inputs that a run with all experts gives.
 * Immutable.
 */
final class ElasticActivations {
  private final Map<LayerName, NeuronMatrices> neurons;

  /**
   * @param neurons of the layers that have elastic weights
   */
  ElasticActivations(Map<LayerName, NeuronMatrices> neurons) {
    this.neurons = Map.copyOf(neurons);
  }

  /** Shows them to an observer in place of the run's own; layers without such weights as it is. */
  Observer shownTo(Observer observer) {
    return neurons.isEmpty() ? observer : new Shown(neurons, observer);
  }

  private static final class Shown implements Observer {
    private final Map<LayerName, NeuronMatrices> neurons;
    private final Observer observer;
    private float[] activations = new float[0];

    Shown(Map<LayerName, NeuronMatrices> neurons, Observer observer) {
      this.neurons = neurons;
      this.observer = observer;
    }

    @Override
    public void begin(List<SentencePair> batch, float[] features) {
      observer.begin(batch, features);
    }

    @Override
    public void observe(Tokens seen) {
      NeuronMatrices layer = neurons.get(LayerName.of(seen));
      if (layer == null) {
        observer.observe(seen);
        return;
      }
      int length = seen.rows() * layer.neurons();
      if (activations.length < length) {
        activations = new float[length];
      }
      layer.activate(seen.inputs(), seen.rows(), 0, layer.neurons(), activations);
      observer.observe(seen.withActivations(activations));
    }
  }
}
