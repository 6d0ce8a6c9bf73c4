package io.sluice.metrics;

import io.sluice.domain.Routing;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Shows which experts ran last; nothing before the first time. Thread-safe. */
public final class ExpertGauges {
  private final Meters meters;
  private final AtomicReference<Routing> last = new AtomicReference<>();

  /** Shows nothing yet. */
  public ExpertGauges(Meters meters) {
    this.meters = meters;
  }

  /** These ran. */
  public void ran(Routing routing) {
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
