package io.sluice.pipeline;

import io.sluice.control.BudgetController;
import io.sluice.control.LoadMeter;
import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import java.util.List;

/** Closes the loop: what the sensor sees becomes a sample, and the controller decides. */
public final class ControlLoop implements LoadListener {
  private final LoadMeter meter;
  private final BudgetController controller;

  public ControlLoop(LoadMeter meter, BudgetController controller) {
    this.meter = meter;
    this.controller = controller;
  }

  @Override
  public void sampled(long nanos, List<PartitionLoad> owned, PendingLoad pending) {
    controller.update(meter.sample(nanos, owned, pending));
  }

  @Override
  public void stale(long nanos) {
    controller.update(meter.stale(nanos));
  }

  @Override
  public void rebalanced(long nanos) {
    meter.rebalanced(nanos);
  }
}
