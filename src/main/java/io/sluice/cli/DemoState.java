package io.sluice.cli;

import io.sluice.avro.TranslationResult;
import io.sluice.control.BudgetController;
import io.sluice.control.ServiceLevel;
import io.sluice.pipeline.LoadReading;
import java.util.List;

/** What an application is doing, for the picture. Thread-safe. */
final class DemoState implements DemoRun.State {
  private final ExpertControl.Controlled controlled;

  DemoState(ExpertControl.Controlled controlled) {
    this.controlled = controlled;
  }

  @Override
  public long waiting() {
    return controlled.application().load().map(DemoState::waiting).orElse(0L);
  }

  private static long waiting(LoadReading load) {
    return load.unread() + load.pending().queuedRecords();
  }

  @Override
  public int level() {
    return controlled.controller().map(each -> each.level().number()).orElse(0);
  }

  @Override
  public double bleuLoss(TranslationResult result) {
    List<Integer> decoder = result.getRouting().getExpertsPerLayer();
    List<Integer> encoder = result.getRouting().getEncoderExpertsPerLayer();
    return controlled.controller().map(BudgetController::ladder).stream()
        .flatMap(ladder -> ladder.levels().stream())
        .filter(
            level ->
                level.decoderExperts().equals(decoder) && level.encoderExperts().equals(encoder))
        .mapToDouble(ServiceLevel::bleuLoss)
        .findFirst()
        .orElse(0);
  }
}
