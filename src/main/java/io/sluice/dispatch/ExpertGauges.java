package io.sluice.dispatch;

import io.sluice.domain.Routing;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Shows which experts the last batch ran; nothing before the first. Thread-safe. */
final class ExpertGauges {
  private final Meters meters;
  private final AtomicReference<Routing> last = new AtomicReference<>();

  ExpertGauges(Meters meters) {
    this.meters = meters;
  }

  void ran(Routing routing) {
    if (last.getAndSet(routing) == null) {
      bind("encoder", Routing::encoderExpertsPerLayer, Routing::encoderExpertsTotal);
      bind("decoder", Routing::expertsPerLayer, Routing::expertsTotal);
    }
  }

  private void bind(
      String half, Function<Routing, List<Integer>> perLayer, ToDoubleFunction<Routing> total) {
    meters.gauge(SluiceMeter.EXPERTS, () -> total.applyAsDouble(last.get()), half);
    int layers = perLayer.apply(last.get()).size();
    for (int layer = 0; layer < layers; layer++) {
      int index = layer;
      meters.gauge(
          SluiceMeter.EXPERTS_ACTIVE,
          () -> perLayer.apply(last.get()).get(index),
          half + "." + layer);
    }
  }
}
